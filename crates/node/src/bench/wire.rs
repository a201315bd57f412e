//! As much HTTP as a load generator needs: requests that were written beforehand, over connections that stay open.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::cli::failure::Failure;

/// The most bytes of the head of an answer.
const MAX_HEAD: usize = 16 << 10;
/// The most bytes of the body of an answer.
const MAX_BODY: usize = 8 << 20;

/// An answer.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// After how many seconds to try again, where the node says so.
    pub retry_after_s: Option<u64>,
    /// The cookie that it sets, as it is sent back.
    pub cookie: Option<String>,
    /// The body.
    pub body: &'a [u8],
}

/// A connection to a node. It is opened when it is needed, and anew after the node has closed it.
#[derive(Debug)]
pub(super) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    length: usize,
    status: u16,
    body: usize,
    close: bool,
    retry_after_s: Option<u64>,
    cookie: Option<String>,
}

/// A request for a document, by its path after `/api/v1/`.
pub(super) fn get(path: &str) -> Vec<u8> {
    format!("GET /api/v1/{path} HTTP/1.1\r\nhost: node\r\n\r\n").into_bytes()
}

/// A request with a document, by its path after `/api/v1/`, from whoever has the cookie.
///
/// # Errors
/// A document without a form in JSON.
pub(super) fn post(path: &str, cookie: Option<&str>, document: &Value) -> Result<Vec<u8>, Failure> {
    let body = serde_json::to_vec(document).map_err(|error| Failure::internal(&error))?;
    let cookie = cookie
        .map(|cookie| format!("cookie: {cookie}\r\n"))
        .unwrap_or_default();
    let length = body.len();
    let mut request = format!(
        "POST /api/v1/{path} HTTP/1.1\r\nhost: node\r\n{cookie}content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
    .into_bytes();
    request.extend_from_slice(&body);
    Ok(request)
}

impl Connection {
    /// A connection that is not open yet.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::new(),
        }
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// What the network says; the connection is opened anew for the next request.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        let (stream, head) = exchange(stream, request, &mut self.buffer).await?;
        if !head.close {
            self.stream = Some(stream);
        }
        let end = head.length.saturating_add(head.body);
        Ok(Answer {
            status: head.status,
            retry_after_s: head.retry_after_s,
            cookie: head.cookie,
            body: self.buffer.get(head.length..end).unwrap_or_default(),
        })
    }
}

async fn exchange(
    mut stream: TcpStream,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> io::Result<(TcpStream, Head)> {
    stream.write_all(request).await?;
    buffer.clear();
    loop {
        if let Some(head) = read_head(buffer)? {
            let whole = head.length.saturating_add(head.body);
            if buffer.len() >= whole {
                return Ok((stream, head));
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Reads the head of an answer, once all of it is there.
fn read_head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if bytes.len() > MAX_HEAD {
            Err(wrong())
        } else {
            Ok(None)
        };
    };
    let text = std::str::from_utf8(bytes.get(..end).unwrap_or_default()).map_err(|_| wrong())?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok())
        .ok_or_else(wrong)?;
    let mut head = Head {
        length: end.saturating_add(4),
        status,
        body: 0,
        close: false,
        retry_after_s: None,
        cookie: None,
    };
    let mut sized = false;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            head.body = value.parse().map_err(|_| wrong())?;
            sized = true;
        } else if name.eq_ignore_ascii_case("connection") {
            head.close = value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("retry-after") {
            head.retry_after_s = value.parse().ok();
        } else if name.eq_ignore_ascii_case("set-cookie") {
            head.cookie = value.split(';').next().map(str::to_owned);
        }
    }
    if !sized || head.body > MAX_BODY {
        return Err(wrong());
    }
    Ok(Some(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let answer = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 12\r\nretry-after: 1\r\n\r\nbody";
        assert_eq!(read_head(&answer[..40]).unwrap(), None);
        let head = read_head(answer).unwrap().unwrap();
        assert_eq!(
            (head.status, head.body, head.retry_after_s, head.close),
            (503, 12, Some(1), false)
        );
        assert_eq!(&answer[head.length..], b"body");
    }

    #[test]
    fn a_cookie_is_sent_back_as_it_was_set() {
        let answer = b"HTTP/1.1 200 OK\r\nset-cookie: a=b; Path=/; HttpOnly\r\ncontent-length: 0\r\n\r\n";
        let cookie = read_head(answer).unwrap().unwrap().cookie.unwrap();
        let request = String::from_utf8(post("desk", Some(&cookie), &Value::Null).unwrap()).unwrap();
        assert!(
            request.contains("\r\ncookie: a=b\r\n") && request.ends_with("content-length: 4\r\n\r\nnull"),
            "{request}"
        );
        assert!(!String::from_utf8(get("status")).unwrap().contains("cookie"));
    }

    #[test]
    fn an_answer_without_length_is_refused() {
        assert!(read_head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(read_head(b"nonsense\r\n\r\n").is_err());
        assert!(read_head(&[b'x'; MAX_HEAD + 1]).is_err());
    }
}
