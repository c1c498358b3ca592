apiloom_macros::api!("tests/schemas/pets.yaml", only = ["tag:pest"]);

fn main() {}
