apiloom_macros::api!("tests/schemas/bad.yaml");

fn main() {}
