apiloom_macros::api!("tests/schemas/pets.yaml", types = { "uuid" = "not a type" });

fn main() {}
