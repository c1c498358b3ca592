//! Against a name server in this process.

use super::faults::load;
use super::server::{Deed, Server, http};
use super::*;
use apiloom::client::resilience::{Balance, Change, Dns, Instance, Resilience, Retry};
use apiloom::dep::hickory_resolver::TokioResolver;
use apiloom::dep::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use apiloom::dep::hickory_resolver::net::runtime::TokioRuntimeProvider;
use apiloom::dep::hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use apiloom::dep::hickory_resolver::proto::rr::rdata::{A, AAAA, SRV};
use apiloom::dep::hickory_resolver::proto::rr::{Name, RData, Record};
use futures_util::StreamExt as _;
use http::uri::Scheme;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::UdpSocket;
use tower::Layer as _;

/// The records of the one name that there is; none, if the server is in trouble.
type Zone = Arc<Mutex<Option<Vec<RData>>>>;

const NAME: &str = "pets.test.";

fn reply(query: &[u8], zone: &Zone) -> Vec<u8> {
    let query = Message::from_vec(query).unwrap();
    let asked = query.queries[0].clone();
    let mut reply = Message::response(query.metadata.id, OpCode::Query);
    match &*zone.lock().unwrap() {
        None => reply.metadata.response_code = ResponseCode::ServFail,
        Some(records) => {
            let asked_for = records.iter().filter(|data| data.record_type() == asked.query_type());
            reply
                .add_answers(asked_for.map(|data| Record::from_rdata(asked.name().clone(), 0, data.clone())));
        }
    }
    reply.add_query(asked);
    reply.to_vec().unwrap()
}

async fn name_server(records: Vec<RData>) -> (TokioResolver, Zone) {
    let zone: Zone = Arc::new(Mutex::new(Some(records)));
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let served = Arc::clone(&zone);
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            socket.send_to(&reply(&buffer[..length], &served), from).await.unwrap();
        }
    });
    (resolver(address), zone)
}

fn resolver(address: SocketAddr) -> TokioResolver {
    let mut connection = ConnectionConfig::udp();
    connection.port = address.port();
    let server = NameServerConfig::new(address.ip(), true, vec![connection]);
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    builder.options_mut().cache_size = 0;
    builder.build().unwrap()
}

fn often(dns: Dns) -> Dns {
    dns.every(SECOND / 50, SECOND / 10)
}

fn instances(names: &[&str]) -> Change {
    let mut all: Vec<Instance> = names.iter().map(|name| format!("http://{name}").parse().unwrap()).collect();
    all.sort_by_key(Instance::to_string);
    Change::All(all)
}

fn service(priority: u16, port: u16, target: &str) -> RData {
    RData::SRV(SRV::new(priority, 1, port, Name::from_ascii(target).unwrap()))
}

fn of_server(server: &Server) -> RData {
    service(1, server.address.port(), "127.0.0.1.")
}

#[tokio::test]
async fn every_address_of_a_host_is_an_instance() {
    let one = RData::A(A(Ipv4Addr::new(10, 0, 0, 1)));
    let other = RData::AAAA(AAAA(Ipv6Addr::LOCALHOST));
    let (resolver, zone) = name_server(vec![one.clone(), other]).await;
    let changes = often(Dns::addresses(Scheme::HTTP, NAME, 8080)).changes_by(resolver);
    let mut changes = std::pin::pin!(changes);
    assert_eq!(changes.next().await, Some(instances(&["10.0.0.1:8080", "[::1]:8080"])));
    for trouble in [None, Some(Vec::new())] {
        *zone.lock().unwrap() = trouble;
        let nothing = tokio::time::timeout(SECOND / 4, changes.next()).await;
        assert!(nothing.is_err(), "what is known stays: {nothing:?}");
    }
    *zone.lock().unwrap() = Some(vec![one]);
    assert_eq!(changes.next().await, Some(instances(&["10.0.0.1:8080"])));
}

#[tokio::test]
async fn the_first_priority_of_a_service_is_used() {
    let records = vec![
        service(2, 80, "spare.test."),
        service(1, 8080, "one.test."),
        service(1, 8081, "other.test."),
        service(0, 1, "."),
    ];
    let (resolver, _) = name_server(records).await;
    let changes = often(Dns::service(Scheme::HTTP, NAME)).changes_by(resolver);
    let first = std::pin::pin!(changes).next().await;
    assert_eq!(first, Some(instances(&["one.test:8080", "other.test:8081"])));
}

#[tokio::test]
async fn instances_come_and_go_and_no_call_fails() {
    let mut servers = Server::three(Deed::Answer(200)).await;
    let (resolver, zone) = name_server(servers.iter().map(of_server).collect()).await;
    let changes = often(Dns::service(Scheme::HTTP, NAME)).changes_by(resolver);
    let retry = Retry::default().attempts(4).budget(1.0, 100);
    let service = Resilience::default().retry(retry).balance(Balance::follow(changes)).layer(http());
    let address = Server::start(|_| Deed::Answer(200)).await;
    assert_eq!(load(&service, &address, 5).await, 0);
    for gone in 0..3 {
        servers[gone].kill().await;
        let left = servers.iter().enumerate().filter(|(number, _)| *number != gone);
        *zone.lock().unwrap() = Some(left.map(|(_, server)| of_server(server)).collect());
        assert_eq!(load(&service, &address, 20).await, 0);
        *zone.lock().unwrap() = None;
        assert_eq!(load(&service, &address, 5).await, 0);
        servers[gone].restart().await;
        *zone.lock().unwrap() = Some(servers.iter().map(of_server).collect());
        let before = servers[gone].count();
        while servers[gone].count() == before {
            assert_eq!(load(&service, &address, 1).await, 0);
        }
    }
}
