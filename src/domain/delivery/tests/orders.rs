//! Any order of events, on any kind of network.

use proptest::prelude::*;

use super::network::Kind;
use super::publisher::Ending;
use super::world::World;
use super::*;

/// One thing that happens, chosen by two numbers. What goes on by itself is likelier than what a person does.
fn happens(world: &mut World, what: u8, how: u8, old_token: &mut Option<i64>) {
    let yes = how.is_multiple_of(2);
    match what % 32 {
        0..=3 => {
            world.claim();
            world.intend(world.d.token);
        }
        4 => {
            world.claim();
            *old_token = world.d.token;
        }
        5 => world.intend(world.d.token),
        6 => world.intend(*old_token),
        7..=13 => world.answer(ending(how)),
        14 | 15 => world.crash((!how.is_multiple_of(4)).then_some(yes)),
        16..=19 => world.reconcile(),
        20..=22 => world.verdict(!how.is_multiple_of(4)),
        23 => world.net.arrive(usize::from(how), world.now),
        24..=26 => world.wait(SignedDuration::from_secs(
            [1, 20, 60, 61, 121, 600, 3_000][usize::from(how % 7)],
        )),
        27 => world.hold(),
        28 | 29 => world.person(&said(how)),
        30 => world.person(&Event::Cancel),
        _ => world.person(&Event::Retry),
    }
}

fn ending(how: u8) -> Ending {
    match how % 10 {
        0 | 1 => Ending::Accepted,
        2 | 3 => Ending::ReplyLost,
        4 => Ending::StillUnderWay(false),
        5 | 6 => Ending::StillUnderWay(true),
        7 => Ending::Refused,
        8 => Ending::TryLater,
        _ if how > 128 => Ending::NoByteLeft,
        _ => Ending::SignedOut,
    }
}

fn said(how: u8) -> Event {
    match how % 6 {
        0 => Event::Edit,
        1 => Event::Move,
        2 => Event::Late,
        3 => Event::SayPublished {
            remote_id: None,
            url: None,
        },
        _ => Event::SayAbsent {
            absent_after: ABSENT_AFTER,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_breaks_the_promise(
        kind in 0..Kind::ALL.len(),
        parts in 1..=2_usize,
        order in prop::collection::vec((any::<u8>(), any::<u8>()), 0..80),
    ) {
        let mut world = World::new(Kind::ALL[kind], parts);
        let mut old_token = None;
        for (what, how) in order {
            happens(&mut world, what, how, &mut old_token);
        }
        world.calm_down();
        world.check_rest();
    }

    #[test]
    fn alone_it_goes_out_or_only_a_person_can_tell(
        kind in 0..Kind::ALL.len(),
        order in prop::collection::vec((0..27_u8, any::<u8>()), 0..80),
    ) {
        let mut world = World::new(Kind::ALL[kind], 2);
        let mut old_token = None;
        for (what, how) in order {
            happens(&mut world, what, how, &mut old_token);
        }
        world.calm_down();
        world.check_rest();
        let ends = matches!(world.d.state, State::Published | State::Failed | State::Unknown);
        prop_assert!(ends, "{:?}", world);
    }
}
