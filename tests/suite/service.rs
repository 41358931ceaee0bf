//! The daemon as a service: signals, readiness, waking up, standing by.

use std::os::unix::net::UnixDatagram;

use crate::bed::{Bed, HEAD};
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, World};
use crate::network::{ARTICLE, Network, One, feed_channel, webhook_channel};
use crate::patience::until;

#[test]
fn sigterm_lets_a_call_in_flight_finish_and_begins_nothing_more() {
    let one = One::new(Network::Webhook);
    let crate::network::Running::Webhook(fake) = &*one.net else {
        unreachable!()
    };
    one.bed.add_now("https://example.org/second");
    fake.on_post([Fault::Wait]);
    let mut daemon = one.bed.daemon();
    fake.wait_waiting(1);
    daemon.term();
    until("it says that it ends", || (!daemon.log().is_empty()).then_some(()));
    fake.release();
    assert_eq!(daemon.wait().code(), Some(0), "{}", daemon.log());
    let database = one.bed.database();
    assert_eq!(database.state("1/webhook"), "published");
    assert_eq!(database.state("2/webhook"), "pending");
    assert_eq!(fake.posts().len(), 1);
}

#[test]
fn sighup_takes_the_new_configuration_and_keeps_the_old_one_if_it_is_wrong() {
    let bed = Bed::new(&feed_channel("site"));
    bed.json(&["init", "."]);
    bed.add_now(ARTICLE);
    let mut daemon = bed.daemon();
    let database = bed.database();
    bed.wait_state(&database, "1/site", "published");
    let old = bed.read("handbill.toml");
    bed.write("handbill.toml", &format!("{old}\nshedule = 1\n"));
    daemon.hup();
    until("it says what is wrong", || {
        daemon.log().contains("shedule").then_some(())
    });
    assert!(
        daemon.ended().is_none(),
        "it went on under the old configuration:\n{}",
        daemon.log()
    );
    bed.write("handbill.toml", &format!("{old}\n{}", feed_channel("more")));
    daemon.hup();
    bed.add_now("https://example.org/second");
    bed.wait_state(&database, "2/more", "published");
}

#[test]
fn an_idle_daemon_wakes_when_another_process_adds_something() {
    let bed = Bed::new(&feed_channel("site"));
    let daemon = {
        bed.json(&["init", "."]);
        bed.add_now(ARTICLE);
        bed.daemon()
    };
    let database = bed.database();
    bed.wait_state(&database, "1/site", "published");
    let post = bed.add_now("https://example.org/second");
    bed.wait_state(&database, "2/site", "published");
    let late = "SELECT published_at - due_at FROM delivery WHERE post = 2";
    // It looks every 15 seconds anyway; this was no such look.
    assert!(database.number(late) < 10_000, "{post}\n{}", daemon.log());
}

#[test]
fn a_second_daemon_stands_by_and_takes_over() {
    let bed = Bed::empty();
    let hook = Fake::start("hook", &bed.target, Webhook::new());
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{}", webhook_channel("hook", &hook.url())),
    );
    bed.add_now(ARTICLE);
    let mut first = bed.daemon();
    let database = bed.database();
    bed.wait_state(&database, "1/hook", "published");
    let second = bed.daemon();
    until("the second stands by", || {
        second.log().contains("stands by").then_some(())
    });
    first.term();
    assert_eq!(first.wait().code(), Some(0));
    bed.add_now("https://example.org/second");
    bed.wait_state(&database, "2/hook", "published");
    assert!(second.log().contains("publishes now"), "{}", second.log());
    assert_eq!(hook.public().len(), 2);
}

#[test]
fn systemd_is_told_of_readiness_reload_and_end() {
    let bed = Bed::new(&feed_channel("site"));
    bed.json(&["init", "."]);
    bed.add_now(ARTICLE);
    let path = bed.path("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(crate::patience::PATIENCE)).unwrap();
    let told = |what: &str| {
        let mut heard = String::new();
        while !heard.lines().any(|line| line.starts_with(what)) {
            let mut buffer = [0; 4096];
            let read = socket
                .recv(&mut buffer)
                .unwrap_or_else(|error| panic!("{what}: {error}; heard {heard}"));
            heard.push_str(&String::from_utf8_lossy(&buffer[..read]));
            heard.push('\n');
        }
    };
    let mut command = bed.command(&["run"]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "2000000");
    let mut daemon = bed.start(command);
    told("READY=1");
    told("WATCHDOG=1");
    daemon.hup();
    told("RELOADING=1");
    told("READY=1");
    daemon.term();
    told("STOPPING=1");
    assert_eq!(daemon.wait().code(), Some(0), "{}", daemon.log());
}
