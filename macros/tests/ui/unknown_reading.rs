apiloom_macros::api!("tests/schemas/pets.yaml", reading = "literally");

fn main() {}
