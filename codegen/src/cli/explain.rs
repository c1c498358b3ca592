//! `apiloom explain`: the long text of a code.

use super::Exit;
use super::output::Output;
use apiloom_codegen::diff::rules;
use apiloom_codegen::{Code, project};
use clap::Args;

/// Prints what a code means, why it matters, and how to mend it.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A code such as A0201, or a rule of `apiloom diff`; all codes are listed without one
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(&self, output: &Output) -> Exit {
        let Some(id) = &self.code else {
            let list: String =
                Code::ALL.iter().map(|code| format!("{}  {}\n", code.id(), code.title())).collect();
            return output.data(&list);
        };
        if let Some(rule) = rules::find(id) {
            return output.data(&rules::explanation(rule));
        }
        let Some(code) = Code::find(id) else {
            let near = project::nearest(&id.to_uppercase(), Code::ALL.iter().map(|code| code.id()));
            let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            output.error(&format!("there is no code `{id}`{near} `apiloom explain` lists all codes"));
            return Exit::Usage;
        };
        output.data(&plain(code.explanation()))
    }
}

/// Markdown for a terminal: headings stand out, code is indented.
fn plain(markdown: &str) -> String {
    let bold = anstyle::Style::new().bold();
    let mut out = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            out.push_str(&format!("    {line}\n"));
        } else if line.starts_with('#') {
            let heading = line.trim_start_matches('#').trim();
            out.push_str(&format!("{bold}{heading}{bold:#}\n"));
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
