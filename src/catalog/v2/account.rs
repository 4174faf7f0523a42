//! The rows about the admin's own account: profile, password, second factor.

use super::{
    BAD_OBJECT, Command, Effect, Group, JSON, Live, Param, ParamPlace, RENAMED, REPLACE, Remember,
    SERVER_ERROR, SET, StatusDoc, V2_0, eg, from, get, post, put, row,
};

const CONFIG: Param = Param::text("config_name", "one of `get_admin_totp_configs`")
    .required()
    .completed_by(Live::TotpConfig);
const CURRENT: Param = Param::secret(
    "current_password",
    "without a value it is asked for on a terminal",
)
.asked();
const NEW: Param = Param::secret(
    "new_password",
    "without a value it is asked for on a terminal",
)
.asked();
const PASSWORDS: &[Param] = &[CURRENT, NEW];
const CHANGED: &[StatusDoc] = &[
    StatusDoc::new(
        200,
        "changed; from 2.6.1 on the token that was used is void",
    ),
    StatusDoc::new(
        400,
        "the current password is wrong, or the new one too weak or the same",
    ),
    SERVER_ERROR,
];
const CHANGE_LONG: &str = "Both flags are needed; without values they are asked for on a terminal.";
const NO_FACTOR: StatusDoc = StatusDoc::new(403, "the second factor is not on");
const OWN: &[StatusDoc] = &[StatusDoc::new(200, "what is asked for"), SERVER_ERROR];

const OLD_CHANGE: Command = row(
    "change_admin_password",
    Group::Account,
    V2_0,
    "change your own password",
    PASSWORDS,
    put("/changepwd/admin")
        .body(">PwdChange")
        .remember(Remember::OwnPassword)
        .answers(CHANGED),
)
.long(CHANGE_LONG);

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "get_admin_profile",
        Group::Account,
        from(2, 0),
        "show your own profile",
        &[],
        get("/admin/profile").no_api_key().answers(OWN),
    )
    .example(&[eg(200, "get_admin_profile")]),
    row(
        "update_admin_profile",
        Group::Account,
        from(2, 0),
        "change your own profile",
        &[
            Param::text("email", "mail address").optional(),
            Param::text("description", "a note").optional(),
            Param::switch("allow_api_key_auth", "whether API keys may act as you")
                .optional()
                .at(ParamPlace::Body),
            SET,
            JSON,
            REPLACE,
        ],
        put("/admin/profile")
            .body(">AdminProfile")
            .no_api_key()
            .answers(&[
                StatusDoc::new(200, "updated; the answer is a message, not the profile"),
                BAD_OBJECT,
                SERVER_ERROR,
            ])
            .check("get_admin_profile"),
    )
    .example(&[eg(200, "update_admin_profile --email admin@example.com --allow_api_key_auth")])
    .long("What is typed is changed; what is left out stays."),
    OLD_CHANGE,
    row(
        "change_admin_password",
        Group::Account,
        from(1, 0),
        "change your own password",
        PASSWORDS,
        put("/admin/changepwd")
            .body(">PwdChange")
            .no_api_key()
            .remember(Remember::OwnPassword)
            .answers(CHANGED),
    )
    .example(&[eg(200, "change_admin_password --current_password practice --new_password 'a long one'")])
    .long(CHANGE_LONG),
    row(
        "change_admin_password_deprecated",
        Group::Account,
        RENAMED,
        "change your own password, by the old path",
        PASSWORDS,
        put("/changepwd/admin")
            .body(">PwdChange")
            .no_api_key()
            .remember(Remember::OwnPassword)
            .answers(CHANGED),
    )
    .elsewhere("change_admin_password"),
    row(
        "get_admin_totp_configs",
        Group::Account,
        from(2, 0),
        "list the TOTP configurations there are",
        &[],
        get("/admin/totp/configs")
            .no_api_key()
            .shows(Live::TotpConfig, "name")
            .answers(OWN),
    )
    .example(&[eg(200, "get_admin_totp_configs")])
    .long("They are set up in the server's configuration."),
    row(
        "generate_admin_totp_secret",
        Group::Account,
        from(2, 0),
        "make a TOTP secret for yourself",
        &[CONFIG],
        post("/admin/totp/generate")
            .body(">ConfigName")
            .no_api_key()
            .answers(&[
                StatusDoc::new(200, "the secret, and a QR code as PNG in base64; nothing is switched on yet"),
                StatusDoc::new(400, "there is no such configuration"),
                SERVER_ERROR,
            ])
            .check("get_admin_totp_configs"),
    )
    .example(&[eg(200, "generate_admin_totp_secret Default")])
    .long("Put it into your app, test it with `validate_admin_totp_secret`, switch it on with `save_admin_totp_config`."),
    row(
        "validate_admin_totp_secret",
        Group::Account,
        from(2, 0),
        "test a TOTP passcode",
        &[
            CONFIG,
            Param::secret("passcode", "what the app shows").asked(),
            Param::secret("secret", "the secret, as it was made").asked(),
        ],
        post("/admin/totp/validate")
            .body(">Passcode")
            .no_api_key()
            .answers(&[
                StatusDoc::new(200, "it is right"),
                StatusDoc::new(400, "it is wrong, or there is no such configuration"),
                SERVER_ERROR,
            ])
            .check("get_admin_totp_configs"),
    )
    .example(&[eg(400, "validate_admin_totp_secret Default --passcode 123456 --secret JBSWY3DPEHPK3PXP")])
    .long("Changes nothing."),
    row(
        "save_admin_totp_config",
        Group::Account,
        from(2, 0),
        "switch your own second factor on or off",
        &[
            Param::switch("enabled", "whether it is on").optional().at(ParamPlace::Body),
            Param::text("config_name", "one of `get_admin_totp_configs`").optional().completed_by(Live::TotpConfig),
            Param::secret("secret", "the secret, as it was made").optional(),
        ],
        post("/admin/totp/save")
            .body(">AdminTOTPConfig")
            .remember(Remember::OwnFactor)
            .no_api_key()
            .answers(&[
                StatusDoc::new(200, "saved; on, each login takes a passcode"),
                BAD_OBJECT,
                SERVER_ERROR,
            ])
            .check("get_admin_profile"),
    )
    .example(&[eg(200, "save_admin_totp_config --enabled --config_name Default --secret JBSWY3DPEHPK3PXP")])
    .long("With `--enabled`, a configuration and a secret it is on; `--enabled=off` switches it off. Make recovery codes afterwards."),
    row(
        "get_admin_recovery_codes",
        Group::Account,
        from(2, 0),
        "show your own recovery codes",
        &[],
        get("/admin/2fa/recoverycodes").no_api_key().answers(&[
            StatusDoc::new(200, "the codes, and which of them are used"),
            NO_FACTOR,
            SERVER_ERROR,
        ]),
    )
    .example(&[eg(403, "get_admin_recovery_codes")])
    .long("Each lets you in once, on the web page alone, where the second factor is lost."),
    row(
        "generate_admin_recovery_codes",
        Group::Account,
        from(2, 0),
        "make new recovery codes for yourself",
        &[],
        post("/admin/2fa/recoverycodes")
            .no_api_key()
            .effect(Effect::Destroys("the recovery codes you have are void"))
            .answers(&[
                StatusDoc::new(200, "the new codes"),
                NO_FACTOR,
                SERVER_ERROR,
            ])
            .check("get_admin_recovery_codes"),
    )
    .example(&[eg(403, "generate_admin_recovery_codes")]),
];
