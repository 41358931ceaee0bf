//! Notes when the program was made: a clock that shows less cannot be right.

fn main() {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let made = std::env::var("SOURCE_DATE_EPOCH").unwrap_or_else(|_| now.to_string());
    println!("cargo::rustc-env=HANDBILL_BUILT={made}");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=migrations");
}
