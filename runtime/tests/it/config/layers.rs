//! Which layer comes before which.

use super::{Mode, app, failure, folder, shop};
use apiloom::config::Server;
use apiloom::{App, Secret};

const BASE: &str = "[app]\nname = 'base'\nworkers = 1\nratio = 0.1\nmode = 'very-slow'\nhosts = ['a']\n";
const PROFILE: &str = "app: {name: profile, workers: 2, ratio: 2, limits: {a: 1}}\n";

#[test]
fn the_later_wins() {
    let there = folder(&[("default.toml", BASE), ("live.yaml", PROFILE)]);
    let names = |variables: &[(&str, &str)], arguments: &[&str]| {
        let shop = shop(there.path(), variables, arguments);
        (shop.name, shop.workers, shop.ratio, shop.mode)
    };
    assert_eq!(names(&[], &[]), ("base".to_owned(), 1, 0.1, Mode::VerySlow));
    let profile = [("APP_PROFILE", "live")];
    assert_eq!(names(&profile, &[]), ("profile".to_owned(), 2, 2.0, Mode::VerySlow));
    let variables = [("APP_PROFILE", "live"), ("APP__APP__NAME", "77"), ("APP__APP__WORKERS", "3")];
    assert_eq!(names(&variables, &[]), ("77".to_owned(), 3, 2.0, Mode::VerySlow));
    let arguments = ["--set", "app.workers=4", "--set=app.mode=fast", "--profile=live"];
    assert_eq!(names(&variables[1..], &arguments), ("77".to_owned(), 4, 2.0, Mode::Fast));
}

#[test]
fn values_of_the_environment() {
    let there = folder(&[("default.toml", BASE)]);
    let shop = shop(
        there.path(),
        &[
            ("APP__APP__HOSTS", "x, y"),
            ("APP__APP__LIMITS__FAST", "7"),
            ("APP__APP__IS_OPEN", "false"),
            ("APP__APP__EVERY", "250ms"),
            ("APP__APP__DATABASE", "{ url = 'u' }"),
        ],
        &["--set", "app.limits.\"a.b\"=8"],
    );
    assert_eq!(shop.hosts, ["x", "y"]);
    assert_eq!(shop.limits.into_iter().collect::<Vec<_>>(), [("a.b".to_owned(), 8), ("fast".to_owned(), 7)]);
    assert_eq!((shop.is_open, shop.every.0.as_millis(), shop.database.url.as_str()), (false, 250, "u"));
    let list = super::shop(there.path(), &[("APP__APP__HOSTS", "['x', 'y,z']")], &[]);
    assert_eq!(list.hosts, ["x", "y,z"]);
}

#[test]
fn contents_of_files() {
    let there = folder(&[("default.toml", BASE), ("secret", "open sesame\n"), ("number", "9")]);
    let path = |name: &str| there.path().join(name).to_str().unwrap().to_owned();
    let (secret, number) = (path("secret"), path("number"));
    let variables = [
        ("APP__APP__DATABASE__PASSWORD_FILE", secret.as_str()),
        ("APP__APP__KEY", "from the environment"),
        ("APP__APP__KEY_FILE", &secret),
        ("APP__APP__WORKERS_FILE", &number),
        // The section has a key of this name: it is the path.
        ("APP__APP__DATABASE__KEY_FILE", "/a/path"),
    ];
    let shop = shop(there.path(), &variables, &[]);
    assert_eq!(shop.database.password.reveal(), "open sesame");
    assert_eq!((shop.key, shop.workers), (Some(Secret::from("open sesame")), 9));
    assert_eq!(shop.database.key_file.unwrap().to_str(), Some("/a/path"));
    let over = super::shop(there.path(), &variables, &["--set", "app.workers=5"]);
    assert_eq!(over.workers, 5);
    let told = failure(there.path(), &[("APP__APP__KEY_FILE", "/not/there")], &[]);
    let wanted = "error: the file /not/there cannot be read: No such file or directory (os error 2)\n --> environment \
                  variable `APP__APP__KEY_FILE`\n";
    assert!(told.contains(wanted), "{told}");
}

#[tokio::test]
async fn what_the_program_says_is_a_default() {
    let there = folder(&[]);
    let bound = app(there.path(), &[], &[]).listen("127.0.0.1:0").bind().await.unwrap();
    assert_ne!(bound.local_addr().unwrap().port(), 8080);
    let two = app(there.path(), &[], &["--listen", "127.0.0.1:0,[::1]:0"]).listen("127.0.0.1:1").bind().await;
    let addresses = two.unwrap().local_addrs().unwrap();
    assert_eq!((addresses.len(), addresses[0].is_ipv4(), addresses[1].is_ipv6()), (2, true, true));
    let port = addresses[0].port().to_string();
    let server = app(there.path(), &[("APP__SERVER__PORT", &port)], &[]).config::<Server>().unwrap().get();
    assert_eq!(server.addresses(), [format!("127.0.0.1:{port}")]);
    assert!(App::new().config::<Server>().is_none());
}
