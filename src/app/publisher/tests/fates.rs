//! What becomes of a call, as chance has it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::net::{Kind, Waiting};
use super::servers::{Server, answer};
use super::simulation::{Step, Story};

impl Story {
    pub(super) async fn network(&mut self) -> Step {
        let waiting = self.bed.net.waiting();
        let Some(call) = self.chance.pick(&waiting).cloned() else {
            return self.advance().await;
        };
        let what = if call.mark.is_some() {
            self.seen_by_readers(&call)
        } else {
            self.unseen(&call)
        };
        self.note(format!(
            "{what}: {} ({:?})",
            call.url,
            call.mark.map(|mark| (mark.delivery, mark.part))
        ));
        self.bed.rest().await;
        Ok(())
    }

    /// What becomes of a request that makes something public.
    fn seen_by_readers(&mut self, call: &Waiting) -> &'static str {
        let net = self.bed.net.clone();
        let fate = self.chance.between(0, 100);
        if matches!(fate, 0..72 | 92..96) {
            net.serve(call.id);
        }
        if call.served && fate >= 72 {
            net.lose(call.id);
            return "served, the answer lost";
        }
        match fate {
            0..54 => self.then(call, "served"),
            54..64 => "served, the answer on its way",
            64..72 => {
                net.lose(call.id);
                "served, the answer lost"
            }
            72..76 => {
                net.lose(call.id);
                "lost"
            }
            76..81 => {
                let at = self.soon(call.kind);
                net.delay(call.id, at);
                "no answer, arrives late"
            }
            81..84 => {
                net.never_sent(call.id);
                "not sent"
            }
            84..87 => {
                let mut busy = answer(429, &json!({"error": "slow down"}));
                let seconds = self.chance.between(5, 300);
                busy.headers.push(("retry-after".to_owned(), seconds.to_string()));
                net.reply_with(call.id, busy);
                "429"
            }
            87..94 => {
                net.refuse(call.id, 500);
                if fate >= 92 { "served, 500" } else { "500" }
            }
            94..96 => {
                net.reply_with(call.id, answer(200, &json!("what?")));
                "served, garbage"
            }
            96..98 => {
                net.refuse(call.id, 401);
                "401"
            }
            _ => {
                net.refuse(call.id, 422);
                "422"
            }
        }
    }

    fn then(&mut self, call: &Waiting, what: &'static str) -> &'static str {
        self.bed.net.reply(call.id);
        what
    }

    /// What becomes of a question, a login, a look.
    fn unseen(&mut self, call: &Waiting) -> &'static str {
        let net = self.bed.net.clone();
        match self.chance.between(0, 100) {
            0..76 => {
                net.serve(call.id);
                net.reply(call.id);
                "answered"
            }
            76..86 => {
                net.serve(call.id);
                "read, the answer on its way"
            }
            86..92 => {
                net.lose(call.id);
                "lost"
            }
            92..94 => {
                net.server(call.kind, Server::end_sessions);
                "sessions ended"
            }
            94..95 => {
                net.refuse(call.id, 401);
                "401"
            }
            _ => {
                net.refuse(call.id, 500);
                "500"
            }
        }
    }

    /// Before absence may be believed of a call that ends now.
    fn soon(&mut self, kind: Kind) -> Timestamp {
        let most = kind.longest_way().as_millis();
        let ms = self.chance.between(1, i64::try_from(most).unwrap());
        self.bed.now() + SignedDuration::from_millis(ms)
    }
}
