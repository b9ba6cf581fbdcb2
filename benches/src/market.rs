//! A market on a real node: the scenarios' market is made in memory, and its transactions are sent to
//! a node that starts from the same genesis.

use crate::trades::CONTRACTS;
use borsh::BorshDeserialize;
use std::time::Duration;
use tenor_client::HttpClient;
use tenor_client::api::Wait;
use tenor_interfaces::{Balance, cash, issuance};
use tenor_primitives::{Address, Role, Timestamp};
use tenor_testing::Chain;
use tenor_tests::engine::wasm_of;
use tenor_tests::process::NodeProcess;
use tenor_tests::scenarios::market::{self, Bond, Market};

/// How long a block of the setting up may take: code is compiled in some of them.
const BLOCK_MAX: Duration = Duration::from_secs(60);

/// A market whose bond is issued, in memory and on a node.
pub struct NodeMarket {
    /// The market as it was when the node took over.
    pub chain: Chain,
    /// Its addresses.
    pub market: Market,
    /// Its bond.
    pub bond: Bond,
    /// The node.
    pub node: NodeProcess,
}

impl NodeMarket {
    /// Sets up a market and a bond; `also` makes more transactions before the node takes over.
    ///
    /// # Panics
    /// If the contracts or the binary are not built, or anything fails.
    pub async fn open(also: impl FnOnce(&mut Chain, &Market)) -> Self {
        let mut chain = Chain::new(wasm_of(&CONTRACTS));
        let market = market::open(&mut chain);
        let bond = market.issue(&mut chain);
        also(&mut chain, &market);
        let mut node = init(&chain);
        node.start().await;
        replay(&chain, &node.client()).await;
        Self { chain, market, bond, node }
    }

    /// What an account holds of the bond and of cash, as the node says.
    ///
    /// # Panics
    /// If the node does not answer.
    pub async fn balances(&self, client: &HttpClient, account: Address) -> (Balance, Balance) {
        let units = issuance::QueryMsg::Holding { account };
        let units = ask(client, self.bond.issuance, &units).await;
        let cash = cash::QueryMsg::Balance { account };
        (units, ask(client, self.market.cash, &cash).await)
    }
}

/// A node with the genesis of a test chain.
fn init(chain: &Chain) -> NodeProcess {
    let account = |label: &str, roles: &[Role]| {
        let key = chain.key_of(chain.address(label)).public_key();
        let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
        format!("{label}={key:?}={}", roles.join(","))
    };
    let (first, _) = chain.transactions().first().expect("contracts were uploaded");
    let genesis = Timestamp::from_unix_ms(first.unix_ms - 1_000);
    NodeProcess::init_with(&[
        "--chain-id",
        chain.chain_id().as_str(),
        "--account",
        &account("operator", &[Role::Operator, Role::Issuer]),
        "--account",
        &account("developer", &[Role::Deployer]),
        "--time",
        &genesis.to_string(),
        "--manual-time",
    ])
}

/// Sends the chain's transactions to the node, one after the other, each at its time: a block comes
/// one millisecond after the last.
async fn replay(chain: &Chain, client: &HttpClient) {
    for ((time, transaction), expected) in chain.transactions().iter().zip(chain.receipts()) {
        let before = Timestamp::from_unix_ms(time.unix_ms - 1);
        client.set_time(before).await.expect("the time is ahead");
        let answer = client.submit(transaction, Wait::committed(BLOCK_MAX)).await;
        let receipt = answer.expect("the node takes it").receipt.expect("committed");
        let receipt = receipt.to_receipt().expect("a receipt");
        assert_eq!(&receipt, expected, "the same as in memory");
    }
}

async fn ask<Q: borsh::BorshSerialize, R: BorshDeserialize>(
    client: &HttpClient,
    contract: Address,
    question: &Q,
) -> R {
    let payload = borsh::to_vec(question).expect("encodes");
    let answer = client.query(&contract, payload).await.expect("the node answers");
    borsh::from_slice(&answer.output.0).expect("an answer of its type")
}
