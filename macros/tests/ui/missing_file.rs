apiloom_macros::api!("tests/schemas/missing.yaml");

fn main() {}
