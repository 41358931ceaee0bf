//! Pictures of a post: frozen by their hashes, uploaded before it, and waited for while the server works on them.

use jiff::SignedDuration;
use serde_json::Value;

use super::{path_word, word};
use crate::domain::picture::Fitted;
use crate::networks::wire::unreadable;
use crate::networks::{
    Effect, Failure, Form, Halt, Job, Problem, ProblemKind, Request, Upload, Wire,
};

/// The pause between two looks at a picture that the server still works on.
const PAUSE: SignedDuration = SignedDuration::from_secs(3);
/// The looks at one picture.
const LOOKS: usize = 20;
/// A picture that was uploaded longer ago is uploaded again: servers throw away what no post uses.
const FRESH: SignedDuration = SignedDuration::from_hours(6);
const UPLOADS: usize = 3;

/// Puts the pictures before the frozen status.
pub(super) fn frozen(pictures: &[Fitted], status: String) -> String {
    match (pictures, status.strip_prefix('{')) {
        ([], _) | (_, None) => status,
        (pictures, Some(rest)) => {
            // Strings and numbers: nothing that JSON could refuse.
            let list = serde_json::to_string(pictures).unwrap_or_default();
            format!("{{\"pictures\":{list},{rest}")
        }
    }
}

/// The status as it is sent: the pictures uploaded, and their ids in place of them.
pub(super) fn uploaded(job: &Job<'_>, wire: &mut Wire<'_>) -> Result<String, Halt> {
    let body = job.body;
    if !body.starts_with("{\"pictures\":") {
        return Ok(body.to_owned());
    }
    let told: Value = serde_json::from_str(body).map_err(|_| damaged())?;
    let pictures: Vec<Fitted> = serde_json::from_value(told["pictures"].clone()).map_err(|_| damaged())?;
    let list = serde_json::to_string(&pictures).map_err(|_| damaged())?;
    let rest = body
        .strip_prefix(&format!("{{\"pictures\":{list},"))
        .ok_or_else(damaged)?;
    let mut ids = Vec::new();
    for (no, picture) in pictures.iter().enumerate() {
        ids.push(Value::from(upload(job, no, picture, wire)?));
    }
    Ok(format!("{{\"media_ids\":{},{rest}", Value::from(ids)))
}

fn damaged() -> Failure {
    Failure::Refused(Problem::new(ProblemKind::Invalid, "the stored message is damaged"))
}

/// Uploads one picture, and waits until the server has made it ready. The id.
fn upload(job: &Job<'_>, no: usize, picture: &Fitted, wire: &mut Wire<'_>) -> Result<String, Halt> {
    let base = job.account.base()?;
    let form = Form {
        file: "file".to_owned(),
        name: if picture.mime == "image/png" { "picture.png" } else { "picture.jpg" }.to_owned(),
        fields: picture.alt.iter().map(|alt| ("description".to_owned(), alt.clone())).collect(),
    };
    let request = Request::post_picture(
        format!("{base}/api/v2/media"),
        Upload {
            hash: picture.hash.clone(),
            mime: picture.mime.clone(),
            form: Some(form),
        },
    )
    .signed();
    let mut step = format!("picture-{no}");
    let mut answer = wire.call(&step, Effect::Repeatable, request.clone())?;
    for again in 1..=UPLOADS {
        if wire.is_younger(&answer, FRESH) {
            break;
        }
        step = format!("picture-{no}-{again}");
        answer = wire.call(&step, Effect::Repeatable, request.clone())?;
    }
    let told = answer.json();
    let Some(id) = word(&told["id"]).and_then(path_word).map(str::to_owned) else {
        return Err(unreadable(&answer, "did not name the picture"));
    };
    if answer.status != 202 && !told["url"].is_null() {
        return Ok(id);
    }
    for look in 0..LOOKS {
        wire.wait(PAUSE)?;
        let request = Request::get(format!("{base}/api/v1/media/{id}")).signed();
        let answer = wire.attempt(&format!("{step}-look-{look}"), Effect::Repeatable, request)?;
        match answer.status {
            200 => return Ok(id),
            206 => {}
            422 => {
                let problem = Problem::new(ProblemKind::Media, "the server could not read the picture");
                return Err(Failure::Refused(problem).into());
            }
            _ => return Err(super::Network::sort(&super::Adapter, &answer).into()),
        }
    }
    Err(Failure::Later {
        problem: Problem::new(ProblemKind::Transient, "the server is still working on the picture"),
        at: None,
    }
    .into())
}
