//! A gateway for tests: HTTP/1.1 by hand over a real socket, answering as a script says and keeping what it was asked.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Its path.
    pub(crate) path: String,
    /// The names of its headers, as they were spelled.
    pub(crate) names: Vec<String>,
    /// Its headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Its body.
    pub(crate) body: String,
    /// Which connection it came on, counted from zero.
    pub(crate) connection: usize,
}

impl Request {
    /// The header of that name, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(header, _)| header == name).map_or("", |(_, value)| value)
    }
}

/// What the gateway does with a request.
pub(crate) enum Act {
    /// Answers with that status and body.
    Answer(u16, String),
    /// Answers with that status and body, and asks to be called again after so many seconds.
    Later(u16, u64, String),
    /// Closes the connection without a word.
    Drop,
    /// Never answers.
    Hang,
}

/// A running gateway.
pub(crate) struct Server {
    /// Its base URL.
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Starts one that lets `script` answer: it is given the request and how many came to that path before.
    pub(crate) async fn start(script: impl Fn(&Request, usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, kept) = (Arc::new(script), Arc::clone(&seen));
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (script, kept) = (Arc::clone(&script), Arc::clone(&kept));
                tokio::spawn(async move { serve(stream, connection, &*script, &kept).await });
            }
        });
        Self { url, seen }
    }

    /// The requests to that path, in order.
    pub(crate) fn seen(&self, path: &str) -> Vec<Request> {
        self.seen.lock().unwrap().iter().filter(|request| request.path == path).cloned().collect()
    }
}

async fn serve(
    stream: TcpStream,
    connection: usize,
    script: &(impl Fn(&Request, usize) -> Act + Send + Sync),
    seen: &Mutex<Vec<Request>>,
) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream, connection).await {
        let before = {
            let mut seen = seen.lock().unwrap();
            let before = seen.iter().filter(|earlier| earlier.path == request.path).count();
            seen.push(request.clone());
            before
        };
        match script(&request, before) {
            Act::Answer(status, body) => answer(&mut stream, status, "", &body).await,
            Act::Later(status, seconds, body) => {
                answer(&mut stream, status, &format!("retry-after: {seconds}\r\n"), &body).await;
            }
            Act::Drop => return,
            Act::Hang => std::future::pending().await,
        }
    }
}

async fn answer(stream: &mut BufReader<TcpStream>, status: u16, header: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{header}content-length: {length}\r\n\r\n"
    );
    stream.get_mut().write_all((head + body).as_bytes()).await.unwrap();
}

async fn read(stream: &mut BufReader<TcpStream>, connection: usize) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines.first()?.split(' ').nth(1)?.to_owned();
    let header = |line: &String| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers: Vec<(String, String)> = lines.iter().skip(1).filter_map(header).collect();
    let names = lines.iter().skip(1).filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_owned());
    let mut request = Request { path, names: names.collect(), headers, body: String::new(), connection };
    let mut body = vec![0; request.header("content-length").parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}
