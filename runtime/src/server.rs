//! Where an API is served, as its document says.

use std::fmt;

/// An address, maybe with `{variables}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// The address as it is written.
    pub url: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its variables.
    pub variables: &'static [ServerVariable],
}

/// A variable of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name.
    pub name: &'static str,
    /// Its value when nobody chooses.
    pub default: &'static str,
    /// The values that it may have; empty: any.
    pub allowed: &'static [&'static str],
}

/// A variable that an address does not have, or not with this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchServer(String);

impl fmt::Display for NoSuchServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoSuchServer {}

impl Server {
    /// The address with these values for its variables, and the defaults of the others.
    ///
    /// # Errors
    /// It has no such variable, or the variable may not have this value.
    pub fn address(&self, values: &[(&str, &str)]) -> Result<String, NoSuchServer> {
        let mut address = self.url.to_owned();
        if let Some((name, _)) =
            values.iter().find(|(name, _)| !self.variables.iter().any(|v| v.name == *name))
        {
            return Err(NoSuchServer(format!("`{}` has no variable `{name}`", self.url)));
        }
        for variable in self.variables {
            let chosen = values.iter().find(|(name, _)| *name == variable.name).map(|(_, value)| *value);
            let value = chosen.unwrap_or(variable.default);
            if chosen.is_some() && !(variable.allowed.is_empty() || variable.allowed.contains(&value)) {
                let allowed = variable.allowed.join(", ");
                return Err(NoSuchServer(format!("`{}` is one of {allowed}, not `{value}`", variable.name)));
            }
            address = address.replace(&format!("{{{}}}", variable.name), value);
        }
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables() {
        const REGION: ServerVariable =
            ServerVariable { name: "region", default: "eu", allowed: &["eu", "us"] };
        const PORT: ServerVariable = ServerVariable { name: "port", default: "443", allowed: &[] };
        let server =
            Server { url: "https://{region}.example.com:{port}/v1", about: "", variables: &[REGION, PORT] };
        let address = |values: &[(&str, &str)]| server.address(values).map_err(|error| error.to_string());
        assert_eq!(address(&[]).as_deref(), Ok("https://eu.example.com:443/v1"));
        assert_eq!(address(&[("port", "1"), ("region", "us")]).as_deref(), Ok("https://us.example.com:1/v1"));
        assert_eq!(address(&[("region", "mars")]).unwrap_err(), "`region` is one of eu, us, not `mars`");
        assert!(address(&[("planet", "mars")]).unwrap_err().contains("has no variable `planet`"));
    }
}
