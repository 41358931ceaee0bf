//! Two daemons on one database, many posts, and the active one killed again and again: each post goes out once.

use crate::bed::{Bed, HEAD};
use crate::daemon::Daemon;
use crate::fake::World;
use crate::invariants::Watch;
use crate::network::{Network, Running};
use crate::patience::{side_by_side, until};

const POSTS: usize = 200;
const KILLS: usize = 10;

/// The process that holds the publisher's lock, as it wrote itself down.
fn publisher(bed: &Bed) -> Option<u32> {
    std::fs::read_to_string(bed.path("handbill.db.d/publisher.lock"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Kills the active one of the two, and starts another.
fn kill_the_active(bed: &Bed, daemons: &mut [Daemon; 2]) {
    let active = until("one of the two publishes", || {
        let id = publisher(bed)?;
        daemons.iter().position(|daemon| daemon.id() == id)
    });
    daemons[active].kill();
    daemons[active] = bed.daemon();
}

#[test]
fn two_daemons_two_hundred_posts_and_ten_deaths() {
    let bed = Bed::empty();
    let (nets, channels): (Vec<Running>, Vec<String>) = Network::ALL
        .into_iter()
        .map(|network| Running::start(&bed, network))
        .unzip();
    bed.write("handbill.toml", &format!("{HEAD}\n{}", channels.join("\n")));
    bed.json(&["init", "."]);
    let add = |n: usize| bed.add_now(&format!("https://example.org/article/{n}"));
    add(0);
    nets.iter().for_each(|net| net.demand_intents(&bed));
    let worlds: Vec<&dyn World> = nets.iter().map(Running::world).collect();
    let mut watch = Watch::new(bed.database(), &worlds);
    let mut daemons = [bed.daemon(), bed.daemon()];
    let out = |watch: &Watch<'_>| {
        watch
            .database()
            .number("SELECT COUNT(*) FROM delivery WHERE state = 'published'")
    };
    let all = i64::try_from(POSTS * nets.len()).unwrap();
    std::thread::scope(|scope| {
        // Other processes go on adding while publishers come and go.
        let adding = scope.spawn(|| side_by_side((1..POSTS).collect(), add));
        for kill in 1..=KILLS {
            let enough = all * i64::try_from(kill).unwrap() / i64::try_from(KILLS + 1).unwrap();
            until(&format!("{enough} are out"), || (out(&watch) >= enough).then_some(()));
            kill_the_active(&bed, &mut daemons);
            watch.note_death();
            watch.check();
        }
        adding.join().unwrap();
    });
    until("all are out", || (out(&watch) == all).then_some(()));
    watch.check();
    for net in &nets {
        assert_eq!(net.public().len(), POSTS, "public posts on {}", net.world().channel());
        net.agrees();
    }
    assert_eq!(bed.json(&["status"]).ends(0).json()["counts"]["published"], all);
}
