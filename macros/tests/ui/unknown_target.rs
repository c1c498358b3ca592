apiloom_macros::api!("tests/schemas/pets.yaml", targets = [clients]);

fn main() {}
