use super::*;

fn parsed(text: &str) -> Result<Config, Error> {
    let config = Config {
        path: Some(PathBuf::from("/c/config.toml")),
        home: Some(PathBuf::from("/home/u")),
        ..Config::default()
    };
    config.parsed(text, true)
}

fn refused(text: &str) -> (String, String) {
    let error = parsed(text).expect_err(text);
    (error.message, error.hint.unwrap_or_default())
}

#[test]
fn each_kind_of_mistake_has_its_place_and_a_next_step() {
    for (text, message, hint) in [
        (
            "[profile.prod\n",
            "/c/config.toml:1:14: not valid TOML: ",
            "",
        ),
        (
            "[setings]\n",
            "/c/config.toml:1:2: unknown key `setings` in the config file",
            "did you mean `settings`?",
        ),
        (
            "# é\n[profile.prod]\nurl = \"http://h\"\n  colour = \"red\"\n",
            "/c/config.toml:4:3: unknown key `colour` in `[profile.prod]`",
            "did you mean `color`?",
        ),
        (
            "[profile.a]\nuser = \"u\"\n",
            "/c/config.toml:1:10: the profile `a` has no `url`",
            "for example",
        ),
        (
            "[profile.a]\nurl = \"h\"\n",
            "/c/config.toml:2:7: `url` expects a URL such as",
            "",
        ),
        (
            "[profile.a]\nurl = \"http://h\"\ncolor = \"pink\"\n",
            "/c/config.toml:3:9: `color` must be `red`, ",
            "",
        ),
        (
            "[profile.a]\nurl = \"http://h\"\nbase_url = \"http://h\"\n",
            "/c/config.toml:3:1: unknown key `base_url`",
            "in a profile it is called `url`",
        ),
        (
            "[profile.a]\nurl = \"http://h\"\npassword = \"hunter2\"\n",
            "/c/config.toml:3:1: `password`: secrets are not allowed in this file",
            "`password_command`",
        ),
        (
            "[profile.a]\nurl = \"http://h\"\napi_key = \"k\"\n",
            "/c/config.toml:3:1: `api_key`: secrets are not",
            "",
        ),
        (
            "[profile.a]\nurl = [1]\n",
            "/c/config.toml:2:7: `url` must be a string in quotes",
            "",
        ),
        (
            "[profile.\"a b\"]\nurl = \"http://h\"\n",
            "/c/config.toml:1:10: `a b` cannot be the name of a profile",
            "",
        ),
        (
            "[profile.all]\nurl = \"http://h\"\n",
            "/c/config.toml:1:10: `all` cannot be the name",
            "",
        ),
        (
            "[settings]\nbase_url = \"http://h\"\n",
            "/c/config.toml:2:1: `base_url` cannot be set for all servers",
            "`url` in `[profile.NAME]`",
        ),
        (
            "[settings]\npassword_command = \"x\"\n",
            "/c/config.toml:2:1: `password_command` cannot be set for all",
            "",
        ),
        (
            "[settings]\ntimeout = \"x\"\n",
            "/c/config.toml:2:11: `timeout` expects a duration",
            "",
        ),
        (
            "[settings]\nretry = 21\n",
            "/c/config.toml:2:9: `retry` ",
            "",
        ),
        (
            "settings = 1\n",
            "/c/config.toml:1:1: `settings` must be a table",
            "write `[settings]`",
        ),
        (
            "default_profile = \"prd\"\n[profile.prod]\nurl = \"http://h\"\n",
            "/c/config.toml:1:19: there is no profile `prd`",
            "did you mean `prod`?",
        ),
    ] {
        let (said, next) = refused(text);
        assert!(said.starts_with(message), "{said}\n{message}");
        assert!(next.contains(hint), "{said}: {next}");
        assert!(!said.contains("hunter2") && !next.contains("hunter2"));
    }
}

#[test]
fn a_profile_has_settings_as_set_takes_them() {
    let text = "[profile.p]\nurl = \"https://h/x\"\nuser = \"ops\"\nread_only = true\ntimeout = 5\ncacert = \"ca.pem\"\ncert = \"~/c.pem\"\nkey = \"/k.pem\"\ncolor = \"red\"\n[alias]\noff = \"update_user $1\"\n";
    let config = parsed(text).unwrap();
    let entry = config.profile("p").unwrap();
    let value = |key| entry.value(key).unwrap_or_default();
    assert_eq!(value(Key::ReadOnly), "on");
    assert_eq!(value(Key::Timeout), "5");
    assert_eq!(value(Key::Cacert), "/c/ca.pem");
    assert_eq!(value(Key::ClientCert), "/home/u/c.pem");
    assert_eq!(value(Key::ClientKey), "/k.pem");
    assert_eq!(entry.profile.color.map(PromptColor::sgr), Some("31"));
    assert_eq!(config.aliases[0].place, "/c/config.toml:11:1");
    assert_eq!(config.command().as_deref(), Some("the alias `off`"));
    let pager = parsed("[settings]\npager = \"sh x\"\n").unwrap();
    assert_eq!(pager.command().as_deref(), Some("`pager`"));
    assert!(
        parsed("[settings]\npager = \"off\"\n")
            .unwrap()
            .command()
            .is_none()
    );
}

#[test]
fn a_profile_stands_above_the_environment_and_below_flags_and_set() {
    let config = parsed("[settings]\ntimeout = 1\nretry = 1\njobs = 2\n[profile.a]\nurl = \"http://a\"\ntimeout = 3\nretry = 3\nread_only = true\n[profile.b]\nurl = \"http://b\"\napi = \"v1\"\n").unwrap();
    let mut settings = Settings::default();
    settings.use_config(std::sync::Arc::new(config));
    let shown = |settings: &Settings, key: Key| {
        let (text, origin) = settings.shown(key.setting());
        format!("{text} {origin}")
    };
    assert_eq!(shown(&settings, Key::Jobs), "2 config file");
    let by_variable = Origin::Environment("X");
    settings
        .set(Key::Timeout.setting(), "2", by_variable)
        .unwrap();
    settings
        .set(Key::Retry.setting(), "4", Origin::Flag)
        .unwrap();
    settings.enter_profile("a").unwrap();
    assert_eq!(shown(&settings, Key::Timeout), "3 profile");
    assert_eq!(shown(&settings, Key::Retry), "4 flag");
    assert_eq!(shown(&settings, Key::BaseUrl), "http://a profile");
    assert!(settings.read_only);
    settings.enter_profile("b").unwrap();
    assert_eq!(shown(&settings, Key::Timeout), "2 environment, X");
    assert_eq!(settings.api.name, "v1");
    assert!(!settings.read_only, "another profile may lift it");
    settings.enter_profile("a").unwrap();
    assert_eq!(settings.api.name, "2019");
    assert!(
        settings.leave_profile() && settings.read_only,
        "leaving does not"
    );
    assert!(settings.profile().is_none());
    assert!(settings.enter_profile("c").is_err());
}
