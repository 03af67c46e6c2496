//! A chain behind a socket: the same answers as in process, transactions exactly once, and clients that cannot
//! disturb others.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use chain::{
    At, Call, Chain, ChainError, ChainExt, ConnectionFailure, Contracts, DeploymentConfig, DispatchFailure, Embedded,
    Refusal, deploy,
    remote::{Endpoint, Remote, Server, serve},
};
use psp22::{PSP22, PSP22Error, Transfer};

use crate::{
    proxy::{Cut, Proxy},
    world::{World, artifacts, signer},
};

/// A world whose chain is served.
struct Served {
    world: World,
    chain: Arc<Embedded>,
    server: Server,
}

impl Served {
    fn new() -> Self {
        Self::at("tcp://127.0.0.1:0")
    }

    fn at(endpoint: &str) -> Self {
        let mut world = World::new();
        let chain = Arc::new(std::mem::replace(&mut world.chain, Embedded::new(0)));
        let listener = endpoint.parse::<Endpoint>().expect("an endpoint").listen().expect("it is free");
        let server = serve(listener, Arc::clone(&chain), world.deployment.contracts).expect("a thread");
        Self { world, chain, server }
    }

    fn address(&self) -> SocketAddr {
        let Endpoint::Tcp(address) = self.server.endpoint() else { panic!("a port") };
        *address
    }

    fn client(&self) -> Remote {
        Remote::connect(self.server.endpoint().clone()).expect("it listens")
    }

    /// A client behind a proxy that cuts where `plan` says so; the hello is request 0.
    fn client_cut(&self, plan: impl Fn(u64) -> Option<Cut> + Send + Sync + 'static) -> (Remote, Proxy) {
        let proxy = Proxy::cutting(self.address(), plan);
        let endpoint = proxy.endpoint.parse().expect("an endpoint");
        (Remote::connect(endpoint).expect("the hello passes"), proxy)
    }

    fn bobs_balance(&self) -> u128 {
        let bob = self.world.bob.account();
        self.chain.view(self.world.deployment.contracts.token().balance_of(bob)).expect("a view")
    }

    /// Alice sends RAO to Bob.
    fn transfer(&self, chain: &Remote, amount: u128) -> Result<(), ChainError> {
        let transfer = self.world.deployment.contracts.token().transfer(self.world.bob.account(), amount, vec![]);
        chain.submit(&self.world.alice, transfer).map(|done| done.value)
    }
}

#[test]
fn a_remote_chain_answers_as_the_one_behind_it() {
    let served = Served::new();
    let (remote, local) = (served.client(), &served.chain);
    let (contracts, bob) = (served.world.deployment.contracts, served.world.bob.account());
    assert_eq!((remote.contracts(), remote.genesis()), (contracts, local.genesis()));
    served.transfer(&remote, 300).expect("Alice has enough");

    let page = remote.snapshot().expect("a block");
    assert_eq!(page.block, local.block(At::Head).expect("a block"));
    served.transfer(&remote, 5).expect("Alice has enough");
    assert_eq!(page.view(contracts.token().balance_of(bob)).expect("a view"), 300);
    assert_eq!(page.balance(bob).expect("a balance"), local.balance(page.block.into(), bob).expect("a balance"));
    assert_eq!(remote.events(0..=u32::MAX).expect("events"), local.events(0..=u32::MAX).expect("events"));
    let transfers = remote.events_of::<Transfer>(contracts.tao, page.block.number..=page.block.number);
    assert_eq!(transfers.expect("events").iter().map(|(_, event)| event.value).collect::<Vec<_>>(), [300]);
    let call = Call { contract: contracts.tao, input: vec![1, 2, 3, 4] };
    let asked = [&remote as &dyn Chain, &**local].map(|chain| chain.simulate(At::Head, bob, &call).expect("an answer"));
    assert_eq!(asked[0], asked[1]);
}

#[test]
fn contracts_are_deployed_over_a_unix_socket_and_its_file_goes_with_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chain.sock");
    let served = Served::at(&format!("unix://{}", path.display()));
    let config = DeploymentConfig { salt: vec![1], ..Default::default() };
    let deployment = deploy(&served.client(), &served.world.bob, &artifacts(), &config).expect("deployed");
    assert_ne!(deployment.contracts, served.world.deployment.contracts);
    let supply = served.chain.view(deployment.contracts.token().total_supply()).expect("a view");
    assert_eq!(supply, 0);
    assert!(path.exists());
    drop(served);
    assert!(!path.exists());
}

#[test]
fn errors_keep_their_names_over_the_wire_and_failed_transactions_use_their_nonce() {
    let served = Served::new();
    let remote = served.client();
    let error = served.transfer(&remote, u128::MAX).expect_err("too much");
    let ChainError::Refused { refusal: Refusal::Psp22(PSP22Error::InsufficientBalance), .. } = error else {
        panic!("{error:?}")
    };
    let nowhere = Contracts { tao: served.world.bob.account(), ..served.world.deployment.contracts };
    let call = nowhere.token().transfer(served.world.bob.account(), 1, vec![]);
    let error = remote.submit(&served.world.alice, call).expect_err("no contract");
    let ChainError::Dispatch { failure, message } = error else { panic!("{error:?}") };
    let not_found = DispatchFailure::ContractNotFound(served.world.bob.account());
    assert_eq!((failure, message.as_ref()), (not_found, "tao.transfer"));
    let error = remote.block(At::Block([7; 32])).expect_err("there was never such a block");
    assert!(matches!(error, ChainError::UnknownBlock(hash) if hash == [7; 32]), "{error:?}");
    served.transfer(&remote, 1).expect("the next transaction goes through");
    assert_eq!(served.bobs_balance(), 1);
}

#[test]
fn a_transaction_is_executed_once_wherever_the_connection_breaks() {
    let served = Served::new();
    let mut sent = 0;
    // A transaction is a hello, the question for the nonce, and the submission.
    for cut in [Cut::Request, Cut::Answer] {
        for at in 1..4 {
            let (remote, proxy) = served.client_cut(move |request| (request == at).then_some(cut));
            for amount in [1, 10] {
                served.transfer(&remote, amount).expect("the proxy cuts once only");
                sent += amount;
                assert_eq!(served.bobs_balance(), sent, "cut at {at}: {cut:?}");
            }
            assert!(proxy.frames() > at, "the cut came");
        }
    }
}

#[test]
fn an_executed_transaction_whose_answer_is_lost_gives_its_receipt_and_not_another_one() {
    let served = Served::new();
    let head = || served.chain.block(At::Head).expect("a block").number;
    let (remote, _proxy) = served.client_cut(|request| (request == 2).then_some(Cut::Answer));
    let before = head();
    let transfer = served.world.deployment.contracts.token().transfer(served.world.bob.account(), 7, vec![]);
    let done = remote.submit(&served.world.alice, transfer).expect("its fate is asked for");
    assert_eq!((done.receipt.block.number, head()), (before + 1, before + 1));
    assert_eq!(done.receipt.event::<Transfer>().map(|event| event.value), Some(7));
}

#[test]
fn two_clients_of_one_key_send_everything_once() {
    let served = Served::new();
    let clients = [served.client(), served.client()];
    thread::scope(|scope| {
        for (client, amount) in clients.iter().zip([1, 1_000]) {
            let served = &served;
            scope.spawn(move || (0..100).for_each(|_| served.transfer(client, amount).expect("Alice has enough")));
        }
    });
    assert_eq!(served.bobs_balance(), 100_100);
}

#[test]
fn an_outcome_that_stays_unknown_is_said_to_be_so_and_a_question_that_stays_open_is_not() {
    let served = Served::new();
    let (remote, _proxy) = served.client_cut(|request| (request >= 2).then_some(Cut::Answer));
    let remote = remote.with_deadline(Duration::from_secs(2));
    let error = served.transfer(&remote, 7).expect_err("no answer comes through");
    let ChainError::OutcomeUnknown { message } = error else { panic!("{error:?}") };
    assert_eq!((message.as_ref(), served.bobs_balance()), ("tao.transfer", 7));
    let error = remote.block(At::Head).expect_err("no answer comes through");
    assert!(matches!(error, ChainError::Connection { .. }), "{error:?}");
}

#[test]
fn another_chain_behind_the_same_endpoint_is_refused() {
    let served = Served::new();
    let remote = served.client();
    let Served { server, .. } = served;
    let endpoint = server.endpoint().clone();
    drop(server);
    let listener = endpoint.listen().expect("it is free again");
    let other = Arc::new(Embedded::new(1));
    let _server = serve(listener, other, remote.contracts()).expect("a thread");
    let error = remote.block(At::Head).expect_err("it is another chain");
    let ChainError::Connection { failure: ConnectionFailure::OtherChain, .. } = &error else { panic!("{error:?}") };
    assert!(!error.is_retryable());
    let none = remote.execute(&signer("Alice"), &Call { contract: [1; 32].into(), input: vec![] });
    assert!(matches!(none, Err(ChainError::Connection { .. })), "{none:?}");
}

#[test]
fn a_chain_that_is_away_is_named_with_its_endpoint() {
    let endpoint = Served::new().server.endpoint().clone();
    let error = Remote::connect(endpoint.clone()).expect_err("nobody listens");
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), format!("no connection to {endpoint}: connection refused"));
}

#[test]
fn strangers_are_sent_away_and_disturb_nobody() {
    let served = Served::new();
    let stranger = || TcpStream::connect(served.address()).expect("it listens");
    let _silent: Vec<TcpStream> = (0..40).map(|_| stranger()).collect();
    let too_long = [&11_u32.to_le_bytes()[..], b"yarrow/c\x01\0\0"].concat();
    let greeted = [&10_u32.to_le_bytes()[..], b"yarrow/c\x01\0"].concat();
    let garbage: [(&[u8], bool); 6] = [
        (&[0xff; 4], false),
        (&[0; 4], false),
        (b"GET / HTTP/1.1\r\n\r\n", false),
        (&too_long, false),
        (&[&greeted[..], &[0xff; 300]].concat(), true),
        (&[&greeted[..], &3_u32.to_le_bytes(), &[9; 3]].concat(), true),
    ];
    for (bytes, is_greeted) in garbage {
        let mut stranger = stranger();
        stranger.write_all(bytes).expect("it is there");
        let mut answer = Vec::new();
        // Whether the connection is closed or reset, it ends.
        let _ = stranger.read_to_end(&mut answer);
        assert_eq!(!answer.is_empty(), is_greeted, "{bytes:?}");
    }
    served.transfer(&served.client(), 1).expect("an honest client is served");
    assert_eq!(served.bobs_balance(), 1);
}

#[test]
fn only_so_many_clients_are_served_and_the_next_comes_when_one_goes() {
    let served = Served::new();
    let connect = || Remote::connect(served.server.endpoint().clone());
    let mut clients: Vec<Remote> = (0..64).map(|_| connect().expect("there is a seat")).collect();
    let refused = connect().expect_err("all seats are taken");
    assert!(refused.is_retryable(), "{refused:?}");
    clients.pop();
    let next = (0..10_000).find_map(|_| connect().ok()).expect("a seat became free");
    assert!(next.block(At::Head).is_ok());
}
