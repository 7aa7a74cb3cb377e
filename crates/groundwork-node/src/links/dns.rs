//! One question to a name server, as RFC 1035 has it: enough to see whether it answers.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

/// The code of an answer that has what was asked for (RFC 1035, 4.1.1).
pub const NO_ERROR: u8 = 0;
/// The code of a server that could not find out.
pub const SERVER_FAILURE: u8 = 2;

/// What is asked for (RFC 1035, 3.2.2).
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// An address.
    A = 1,
    /// The name servers of a zone.
    Ns = 2,
}

/// Asks `server` about `name`, without a dot at its end, and returns the answer's code.
///
/// # Errors
/// What happened instead of an answer within `patience`.
pub fn ask(server: SocketAddr, name: &str, kind: Kind, patience: Duration) -> Result<u8, String> {
    exchange(server, name, kind, patience).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            format!("no answer from {server} within {} s", patience.as_secs())
        }
        _ => format!("{server}: {error}"),
    })
}

fn exchange(server: SocketAddr, name: &str, kind: Kind, patience: Duration) -> io::Result<u8> {
    let any = match server {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
    };
    let socket = UdpSocket::bind(any)?;
    // Answers of others do not reach a connected socket, and a refusal does.
    socket.connect(server)?;
    socket.set_read_timeout(Some(patience))?;
    let id = rand::random::<u16>().to_be_bytes();
    socket.send(&question(id, name, kind))?;
    let mut answer = [0; 512];
    let length = socket.recv(&mut answer)?;
    code(&answer[..length], id).ok_or_else(|| io::Error::other("what it sends is no answer"))
}

fn question(id: [u8; 2], name: &str, kind: Kind) -> Vec<u8> {
    // Recursion desired, one question.
    let mut message = vec![id[0], id[1], 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.').filter(|label| !label.is_empty()) {
        message.push(label.len() as u8);
        message.extend(label.as_bytes());
    }
    // The root, the kind, and the class of the Internet.
    message.extend([0, 0, kind as u8, 0, 1]);
    message
}

/// The code of an answer to the question `id`.
fn code(answer: &[u8], id: [u8; 2]) -> Option<u8> {
    let header: [u8; 12] = answer.get(..12)?.try_into().ok()?;
    let is_answer = header[2] & 0x80 != 0;
    (header[..2] == id && is_answer).then_some(header[3] & 0x0f)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_question_is_as_the_rfc_has_it() {
        let message = question([0xab, 0xcd], "a.bc", Kind::A);
        assert_eq!(
            message,
            [
                0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, b'a', 2, b'b', b'c', 0, 0, 1, 0, 1
            ]
        );
        assert_eq!(question([0, 0], "", Kind::Ns)[12..], [0, 0, 2, 0, 1]);
    }

    #[test]
    fn only_the_answer_to_the_question_counts() {
        let answer = [7, 9, 0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0];
        assert_eq!(code(&answer, [7, 9]), Some(3));
        assert_eq!(code(&answer, [7, 8]), None);
        assert_eq!(code(&question([7, 9], "a", Kind::A), [7, 9]), None);
        assert_eq!(code(&answer[..11], [7, 9]), None);
    }

    #[test]
    fn a_server_that_answers_is_heard_and_one_that_is_silent_is_told() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut message = [0; 512];
                let (length, from) = server.recv_from(&mut message).unwrap();
                message[2] |= 0x80;
                message[3] = SERVER_FAILURE;
                server.send_to(&message[..length], from).unwrap();
            });
            let code = ask(address, "a", Kind::A, Duration::from_secs(60));
            assert_eq!(code, Ok(SERVER_FAILURE));
        });
        let silent = ask(address, "a", Kind::A, Duration::from_millis(1)).unwrap_err();
        assert!(silent.starts_with("no answer from "), "{silent}");
    }
}
