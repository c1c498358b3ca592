//! Where a body ends (RFC 9112, sections 6 and 7), which is where a request can hide in another one.

use super::Expected::{Answers, Harmless, Refused};
use super::{Case, HIDDEN, and_hidden, case};

pub(super) fn cases() -> Vec<Case> {
    [lengths(), codings(), both(), chunks(), trailers(), cut()].into_iter().flatten().collect()
}

fn post(fields: &str, body: &str) -> Vec<u8> {
    format!("POST /echo HTTP/1.1\r\nHost: a\r\n{fields}\r\n{body}").into_bytes()
}

const LAST: &str = "GET /get HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

fn lengths() -> Vec<Case> {
    let wrong = [
        "+3",
        "-3",
        "-0",
        "0x3",
        "3,3",
        "3, 3",
        "3,4",
        "3 3",
        "3;",
        "3;q=1",
        "3.0",
        "3e0",
        "1e1",
        "",
        " ",
        "a",
        "3a",
        "\"3\"",
        "0b11",
        "٣",
        "３",
        "99999999999999999999",
        "18446744073709551616",
        "340282366920938463463374607431768211456",
        "3\x0b",
        "3\0",
        "3_0",
        "NaN",
        "inf",
        "--3",
        "3\u{a0}",
        "'3'",
        "(3)",
        "3%",
        "00x3",
    ];
    let wrong = wrong.map(|length| {
        case(
            format!("the length {length:?}"),
            and_hidden(post(&format!("Content-Length: {length}\r\n"), "abc")),
            Refused,
        )
    });
    let twice = [("3", "3"), ("3", "4"), ("0", "3"), ("3", "0"), ("3", ""), ("", "3"), ("3", "+3")];
    let twice = twice.map(|(one, other)| {
        let fields = format!("Content-Length: {one}\r\nContent-Length: {other}\r\n");
        case(format!("the lengths {one:?} and {other:?}"), and_hidden(post(&fields, "abc")), Refused)
    });
    let fine = ["3", " 3", "3 ", "\t3\t", "03", "0003"];
    let fine = fine.map(|length| {
        let first = post(&format!("Content-Length: {length}\r\n"), "abc");
        case(format!("the length {length:?}"), [first, LAST.into()].concat(), Answers(2))
    });
    let on_get = [
        case(
            "a body of GET",
            "GET /get HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
            Answers(1),
        ),
        case(
            "a request as the body of GET",
            [
                format!("GET /get HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", HIDDEN.len())
                    .as_bytes(),
                HIDDEN,
                LAST.as_bytes(),
            ]
            .concat(),
            Answers(2),
        ),
    ];
    wrong.into_iter().chain(twice).chain(fine).chain(on_get).collect()
}

const BODY: &str = "3\r\nabc\r\n0\r\n\r\n";

fn codings() -> Vec<Case> {
    let wrong = [
        "xchunked",
        "chunkedx",
        "chunked, chunked",
        "chunked,chunked",
        "gzip, chunked",
        "gzip,chunked",
        "chunked, gzip",
        "gzip",
        "identity",
        "identity, chunked",
        "chunked, identity",
        "chunked;q=1",
        "chunked; a",
        "\"chunked\"",
        "'chunked'",
        "chunke d",
        "ch unked",
        "chunked\x0b",
        "\x0bchunked",
        "chunked\0",
        "chunked,",
        ",chunked",
        "",
        " ",
        "0",
        "none",
        "chun\u{212a}ed",
        "deflate",
        "compress",
        "x-chunked",
        "chunked.",
        "chunk",
        "chunkedchunked",
        "chunked\u{a0}",
        "transfer-encoding: chunked",
        "CHUNKED, IDENTITY",
    ];
    let wrong = wrong.map(|coding| {
        case(
            format!("the coding {coding:?}"),
            and_hidden(post(&format!("Transfer-Encoding: {coding}\r\n"), BODY)),
            Refused,
        )
    });
    let twice = [
        ("chunked", "chunked"),
        ("chunked", "identity"),
        ("identity", "chunked"),
        ("gzip", "chunked"),
        ("chunked", ""),
    ];
    let twice = twice.map(|(one, other)| {
        let fields = format!("Transfer-Encoding: {one}\r\nTransfer-Encoding: {other}\r\n");
        case(format!("the codings {one:?} and {other:?}"), and_hidden(post(&fields, BODY)), Refused)
    });
    let fine = ["chunked", "Chunked", "CHUNKED", " chunked", "chunked ", "\tchunked\t"];
    let fine = fine.map(|coding| {
        let first = post(&format!("Transfer-Encoding: {coding}\r\n"), BODY);
        case(format!("the coding {coding:?}"), [first, LAST.into()].concat(), Answers(2))
    });
    let old =
        and_hidden(format!("POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{BODY}"));
    wrong
        .into_iter()
        .chain(twice)
        .chain(spelled())
        .chain(fine)
        .chain([case("a coding of HTTP/1.0", old, Refused)])
        .collect()
}

/// The name of the field, as some would read it and others not.
fn spelled() -> Vec<Case> {
    let spelled = [
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding\r\n: chunked",
        "Transfer-Encoding\0: chunked",
        "Transfer Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked",
    ];
    spelled
        .map(|field| {
            let fields = format!("{field}\r\nContent-Length: 4\r\n");
            case(format!("the field {field:?}"), and_hidden(post(&fields, "24\r\n")), Refused)
        })
        .into()
}

/// `Content-Length` beside `Transfer-Encoding`.
fn both() -> Vec<Case> {
    let mut cases = Vec::new();
    for coding in ["chunked", "Chunked", "identity", "xchunked", " chunked", "chunked "] {
        for length in ["0", "3", "4", "13", "100"] {
            for is_first in [true, false] {
                let (one, other) =
                    (format!("Content-Length: {length}\r\n"), format!("Transfer-Encoding: {coding}\r\n"));
                let fields = if is_first { one + &other } else { other + &one };
                cases.push(case(
                    format!("{coding:?} beside a length of {length}"),
                    and_hidden(post(&fields, BODY)),
                    Refused,
                ));
            }
        }
    }
    cases
}

fn chunked(body: &str) -> Vec<u8> {
    post("Transfer-Encoding: chunked\r\n", body)
}

fn chunks() -> Vec<Case> {
    let sizes = [
        "0x3",
        "+3",
        "-3",
        " 3",
        "\t3",
        "3 ",
        "3\t",
        "G",
        "",
        "3,",
        "3.0",
        "3\x0b",
        "\x003",
        "3\0",
        "FFFFFFFFFFFFFFFFF",
        "10000000000000000",
        "-1",
        "8000000000000000000",
        "٣",
        "x3",
        "3h",
        "0x",
        "3\u{a0}",
        "3\r",
        "\n3",
    ];
    let sizes = sizes.map(|size| {
        case(
            format!("the size {size:?}"),
            and_hidden(chunked(&format!("{size}\r\nabc\r\n0\r\n\r\n"))),
            Refused,
        )
    });
    let bodies = [
        ("a size that ends in LF", "3\nabc\r\n0\r\n\r\n"),
        ("a chunk that ends in LF", "3\r\nabc\n0\r\n\r\n"),
        ("a chunk that ends in CR", "3\r\nabc\r0\r\n\r\n"),
        ("a chunk without an end", "3\r\nabc0\r\n\r\n"),
        ("a chunk that is longer", "3\r\nabcd\r\n0\r\n\r\n"),
        ("a chunk that ends in CR CR LF", "3\r\nabc\r\r\n0\r\n\r\n"),
        ("an end in LF", "3\r\nabc\r\n0\n\r\n"),
        ("a last line in LF", "3\r\nabc\r\n0\r\n\n"),
        ("an end in CR", "3\r\nabc\r\n0\r\r\n"),
        ("an extension with LF", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
        ("an extension with CR", "3;a\rb\r\nabc\r\n0\r\n\r\n"),
        ("an extension with NUL", "3;a\0b\r\nabc\r\n0\r\n\r\n"),
        ("no size at all", "\r\nabc\r\n0\r\n\r\n"),
        ("an empty line between chunks", "3\r\nabc\r\n\r\n0\r\n\r\n"),
    ];
    let bodies = bodies.map(|(name, body)| case(name, and_hidden(chunked(body)), Refused));
    let fine = [
        ("two chunks", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"),
        ("a size in capitals", "A\r\n0123456789\r\n0\r\n\r\n"),
        ("a size in small letters", "a\r\n0123456789\r\n0\r\n\r\n"),
        ("a size with zeros", "0003\r\nabc\r\n000\r\n\r\n"),
        ("an extension", "3;a=b\r\nabc\r\n0\r\n\r\n"),
        ("an extension in quotation marks", "3;a=\"b\"\r\nabc\r\n0;c\r\n\r\n"),
        ("line ends inside", "4\r\n\r\n\r\n\r\n0\r\n\r\n"),
        ("a request inside", "21\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n\r\n0\r\n\r\n"),
        ("nothing", "0\r\n\r\n"),
    ];
    let fine = fine.map(|(name, body)| case(name, [chunked(body), LAST.into()].concat(), Answers(2)));
    let long = format!("3;{}\r\nabc\r\n0\r\n\r\n", "a".repeat(100_000));
    let many = "1;a\r\nx\r\n".repeat(20_000) + "0\r\n\r\n";
    let more = [
        case("an extension of 100,000", and_hidden(chunked(&long)), Refused),
        case("20,000 chunks of a byte", chunked(&many), Harmless),
    ];
    sizes.into_iter().chain(bodies).chain(fine).chain(more).collect()
}

fn trailers() -> Vec<Case> {
    let wrong = [
        "Content-Length: 3",
        "Transfer-Encoding: chunked",
        "Host: b",
        "X-A : b",
        " X-A: b",
        "X-A",
        "X\0: b",
        "X-A: \0",
        "X-A: b\nX-B: c",
        "X-A: b\r\n c",
    ];
    let wrong = wrong.map(|field| {
        case(
            format!("the trailer {field:?}"),
            and_hidden(chunked(&format!("3\r\nabc\r\n0\r\n{field}\r\n\r\n"))),
            Refused,
        )
    });
    let fine = ["X-A: b", "X-A: b\r\nX-B: c", "Checksum: 1"];
    let fine = fine.map(|field| {
        let first = chunked(&format!("3\r\nabc\r\n0\r\n{field}\r\n\r\n"));
        case(format!("the trailer {field:?}"), [first, LAST.into()].concat(), Answers(2))
    });
    let many: String = (0..5000).map(|n| format!("X-{n}: b\r\n")).collect();
    let many = case("5,000 trailers", and_hidden(chunked(&format!("0\r\n{many}\r\n"))), Refused);
    wrong.into_iter().chain(fine).chain([many]).collect()
}

/// Requests that stop: nobody answers what is not there.
fn cut() -> Vec<Case> {
    let whole = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    (1..whole.len())
        .step_by(6)
        .map(|end| case(format!("cut at {end}"), &whole.as_bytes()[..end], Harmless))
        .collect()
}
