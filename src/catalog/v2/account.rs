//! The rows about the admin's own account: profile, password, two-factor authentication.

use super::{
    BAD_OBJECT, Command, Effect, Group, JSON, Live, Param, ParamPlace, RENAMED, REPLACE, Remember,
    SERVER_ERROR, SET, StatusDoc, V2_0, eg, from, get, post, put, row,
};

const CONFIG: Param = Param::text(
    "config_name",
    "name of a TOTP configuration, from `get_admin_totp_configs`",
)
.required()
.completed_by(Live::TotpConfig);
const CURRENT: Param = Param::secret(
    "current_password",
    "if the value is omitted, the shell asks for it",
)
.asked();
const NEW: Param = Param::secret(
    "new_password",
    "if the value is omitted, the shell asks for it",
)
.asked()
.chosen();
const PASSWORDS: &[Param] = &[CURRENT, NEW];
const CHANGED: &[StatusDoc] = &[
    StatusDoc::new(
        200,
        "changed; since 2.6.1 the token of this login is no longer valid",
    ),
    StatusDoc::new(
        400,
        "the current password is wrong, or the new one is too weak or the same",
    ),
    SERVER_ERROR,
];
const CHANGE_LONG: &str =
    "Both passwords are required; on a terminal the shell asks for those that you do not give.";
const NO_FACTOR: StatusDoc = StatusDoc::new(403, "two-factor authentication is not enabled");
const OWN: &[StatusDoc] = &[StatusDoc::new(200, "the requested data"), SERVER_ERROR];

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
.example(&[eg(
    200,
    "change_admin_password --current_password practice --new_password 'a long one'",
)])
.long(CHANGE_LONG);

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "get_admin_profile",
        Group::Account,
        from(2, 0),
        "show your own profile",
        &[],
        get("/admin/profile").returns(">AdminProfile").no_api_key().answers(OWN),
    )
    .example(&[eg(200, "get_admin_profile")]),
    row(
        "update_admin_profile",
        Group::Account,
        from(2, 0),
        "change your own profile",
        &[
            Param::text("email", "email address").value("ADDRESS").optional(),
            Param::text("description", "free text note").optional(),
            Param::switch("allow_api_key_auth", "allow API keys to act as you")
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
                StatusDoc::new(200, "updated; the response is a message, not the profile"),
                BAD_OBJECT,
                SERVER_ERROR,
            ])
            .check("get_admin_profile"),
    )
    .example(&[eg(200, "update_admin_profile --email admin@example.com --allow_api_key_auth")])
    .long("Only the fields you give are changed."),
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
        "change your own password (old path)",
        PASSWORDS,
        put("/changepwd/admin")
            .body(">PwdChange")
            .no_api_key()
            .remember(Remember::OwnPassword)
            .answers(CHANGED),
    )
    .example(&[eg(200, "change_admin_password_deprecated --current_password practice --new_password 'a long one'")])
    .elsewhere("change_admin_password"),
    row(
        "get_admin_totp_configs",
        Group::Account,
        from(2, 0),
        "list the available TOTP configurations",
        &[],
        get("/admin/totp/configs")
            .no_api_key()
            .shows(Live::TotpConfig, "name")
            .answers(OWN),
    )
    .example(&[eg(200, "get_admin_totp_configs")])
    .long("They are defined in the server's configuration file."),
    row(
        "generate_admin_totp_secret",
        Group::Account,
        from(2, 0),
        "generate a TOTP secret for yourself",
        &[CONFIG],
        post("/admin/totp/generate")
            .body(">ConfigName")
            .no_api_key()
            .answers(&[
                StatusDoc::new(200, "the secret, and a QR code as PNG in base64; nothing is enabled yet"),
                StatusDoc::new(400, "the configuration does not exist"),
                SERVER_ERROR,
            ])
            .check("get_admin_totp_configs"),
    )
    .example(&[eg(200, "generate_admin_totp_secret Default")])
    .long("Add the secret to your authenticator app, test it with `validate_admin_totp_secret`, and enable it with `save_admin_totp_config`."),
    row(
        "validate_admin_totp_secret",
        Group::Account,
        from(2, 0),
        "test a TOTP passcode",
        &[
            CONFIG,
            Param::secret("passcode", "the code shown by the app").asked(),
            Param::secret("secret", "the generated secret").asked(),
        ],
        post("/admin/totp/validate")
            .body(">Passcode")
            .no_api_key()
            .answers(&[
                StatusDoc::new(200, "the passcode is valid"),
                StatusDoc::new(400, "the passcode is wrong, or the configuration does not exist"),
                SERVER_ERROR,
            ])
            .check("get_admin_totp_configs"),
    )
    .example(&[eg(400, "validate_admin_totp_secret Default --passcode 123456 --secret JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")])
    .long("This does not change anything."),
    row(
        "save_admin_totp_config",
        Group::Account,
        from(2, 0),
        "enable or disable your two-factor authentication",
        &[
            Param::switch("enabled", "enable two-factor authentication").optional().at(ParamPlace::Body),
            Param::text("config_name", "name of a TOTP configuration, from `get_admin_totp_configs`").optional().completed_by(Live::TotpConfig),
            Param::secret("secret", "the generated secret").optional(),
        ],
        post("/admin/totp/save")
            .body(">AdminTOTPConfig")
            .remember(Remember::OwnFactor)
            .no_api_key()
            .answers(&[
                StatusDoc::new(200, "saved; if enabled, each login needs a passcode"),
                BAD_OBJECT,
                SERVER_ERROR,
            ])
            .check("get_admin_profile"),
    )
    .example(&[eg(200, "save_admin_totp_config --enabled --config_name Default --secret JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")])
    .long("To enable it, give `--enabled`, a configuration and a secret; `--enabled=off` disables it. Generate recovery codes afterwards."),
    row(
        "get_admin_recovery_codes",
        Group::Account,
        from(2, 0),
        "show your own recovery codes",
        &[],
        get("/admin/2fa/recoverycodes").no_api_key().answers(&[
            StatusDoc::new(200, "the codes, and which of them were used"),
            NO_FACTOR,
            SERVER_ERROR,
        ]),
    )
    .example(&[eg(403, "get_admin_recovery_codes")])
    .long("If you lose your second factor, each code allows one login to the web interface."),
    row(
        "generate_admin_recovery_codes",
        Group::Account,
        from(2, 0),
        "generate new recovery codes for yourself",
        &[],
        post("/admin/2fa/recoverycodes")
            .no_api_key()
            .effect(Effect::Destroys("your current recovery codes will no longer be valid"))
            .answers(&[
                StatusDoc::new(200, "the new codes"),
                NO_FACTOR,
                SERVER_ERROR,
            ])
            .check("get_admin_recovery_codes"),
    )
    .example(&[eg(403, "generate_admin_recovery_codes")]),
];
