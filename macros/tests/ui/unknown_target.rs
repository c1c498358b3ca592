apiloom_macros::api!("tests/schemas/pets.yaml", targets = [client]);

fn main() {}
