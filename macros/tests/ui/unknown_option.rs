apiloom_macros::api!("tests/schemas/pets.yaml", target = [types]);

fn main() {}
