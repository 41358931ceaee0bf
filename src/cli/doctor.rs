//! `handbill doctor`.

use crate::app::Fault;
use crate::app::doctor::doctor;
use crate::report::Kind;

use super::Ctx;
use super::table::Last;

/// Check the configuration, database, clock, credentials, disk and service. Exit code 8 when something is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  handbill doctor")]
pub(super) struct Args {}

pub(super) async fn run(_args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let checks = doctor(&ctx.app).await;
    let ok = checks.iter().all(|check| check.ok);
    let mut out = ctx.out();
    let values: Vec<_> = checks
        .iter()
        .map(|c| serde_json::json!({ "name": c.name, "ok": c.ok, "message": c.message, "hint": c.hint }))
        .collect();
    out.json(&serde_json::json!({ "ok": ok, "version": env!("CARGO_PKG_VERSION"), "checks": values }));
    let mut rows = Vec::new();
    for check in &checks {
        let mark = if check.ok { "ok" } else { "NOT OK" };
        rows.push(vec![check.name.clone(), mark.to_owned(), check.message.clone()]);
        if let Some(hint) = &check.hint {
            rows.push(vec![String::new(), String::new(), format!("  {hint}")]);
        }
    }
    out.table(&[], &rows, Last::Whole);
    out.print();
    Ok(if ok { 0 } else { Kind::Attention.exit_code() })
}
