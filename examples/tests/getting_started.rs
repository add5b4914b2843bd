//! docs/getting-started.md: its code is that of the examples, and its commands answer as it says.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

const PAGE: &str = include_str!("../../docs/getting-started.md");

/// The contents of the page's blocks of this kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let (mut found, mut rest) = (Vec::new(), PAGE);
    while let Some((_, after)) = rest.split_once("\n```") {
        let (info, after) = after.split_once('\n').expect("a block has lines");
        let (block, after) = after.split_once("```").expect("a block has an end");
        if info == kind {
            found.push(block);
        }
        rest = after;
    }
    found
}

/// The service of the page while it runs; ended with the test, however that ends.
struct Service {
    process: Child,
    address: String,
}

impl Service {
    fn start(program: &str) -> Self {
        let mut process = Command::new(program)
            .arg("127.0.0.1:0")
            .env_remove("TELEMETRY_SETTINGS")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("text");
        let address = line.trim().strip_prefix("listening on http://").expect("its address").to_owned();
        Self { process, address }
    }

    /// Types the commands of a block, and compares what they say with what the page says.
    fn answers(&self, block: &str) {
        let mut lines = block.lines().peekable();
        let mut commands = 0;
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").expect("a command before its output");
            let mut wanted = String::new();
            while let Some(output) = lines.next_if(|line| !line.starts_with("$ ")) {
                wanted += output;
                wanted += "\n";
            }
            let typed = command.replace("localhost:3000", &self.address);
            let output = Command::new("sh").args(["-c", &typed]).output().expect("there is a shell");
            assert_eq!(String::from_utf8_lossy(&output.stdout), wanted, "{command}");
            commands += 1;
        }
        assert!(commands > 2, "{block}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Fails if it has ended by itself, which the commands have shown then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn its_code_is_that_of_the_examples() {
    let programs =
        [include_str!("../getting-started/main.rs"), include_str!("../getting-started/protected.rs")];
    let blocks = blocks("rust");
    assert!(blocks.len() > 3);
    for block in blocks {
        assert!(programs.iter().any(|program| program.contains(block)), "no example has\n{block}");
    }
}

#[test]
fn the_first_service_answers_as_it_says() {
    Service::start(env!("CARGO_BIN_EXE_getting-started")).answers(blocks("console")[0]);
}

#[test]
fn the_protected_service_answers_as_it_says() {
    Service::start(env!("CARGO_BIN_EXE_getting-started-protected")).answers(blocks("console protected")[0]);
}
