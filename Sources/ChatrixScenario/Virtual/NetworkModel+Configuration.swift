extension NetworkModel {
    /// What the network of a run in virtual time is like: the key `network` of a scenario file. The default is a quiet local
    /// network: small even delays, nothing lost.
    ///
    /// A packet that is lost is sent again by TCP, so it is late, and everything behind it on its connection with it. What is
    /// lost for good is what a broken connection carried: a request or its answer, or, in a clean session, the events of that
    /// time. MQTT sends a publication of QoS 1 again only when a kept session comes back (MQTT 3.1.1, section 4.4).
    package struct Configuration: Sendable, Hashable {
        /// From the client to the API, and back.
        package var request = Distribution.uniform(150_000...350_000)
        package var answer = Distribution.uniform(150_000...350_000)
        /// From the backend over the broker to the subscriber, or over the WebSocket connection.
        package var event = Distribution.uniform(300_000...900_000)
        /// From the wish for an event session to its being up.
        package var session = Distribution.uniform(1_000_000...3_000_000)
        package var loss = Loss()
        /// Which events of one subscriber keep their order.
        package var order = Order.session
        package var sessions = Sessions.clean
        /// How long a cut connection looks alive, nanoseconds: a shorter cut makes everything late, a longer one breaks the
        /// connection.
        package var detection: Int64 = 4_000_000_000
        /// Mean time until an event session of a client breaks by itself, nanoseconds; `nil` for never.
        package var disconnects: Int64?
        package var partitions: [Partition] = []
        package var slow: Slow?

        package init() {}

        /// How long an event may be under way in a session that then turns out to be broken, nanoseconds: what has to pass
        /// before one is missed. Of use where connections break or are cut.
        package var patience: Int64 {
            2 * detection + NetworkModel.publisherRetryInterval + NetworkModel.retryInterval.upperBound
        }
    }

    /// Shares from 0 to 1.
    package struct Loss: Sendable, Hashable {
        /// Packets of any lane, each time they are sent.
        package var packets = 0.0
        /// Requests that never reach the API: the operation takes no effect.
        package var requests = 0.0
        /// Answers that never reach the client: the operation took effect.
        package var answers = 0.0

        package init() {}
    }

    package enum Order: String, Sendable, CaseIterable {
        /// All, as with one broker and one connection.
        case session
        /// Those of one topic, which is all that MQTT promises; a cluster of brokers keeps no more.
        case topic
    }

    package enum Sessions: String, Sendable, CaseIterable {
        /// What is published while the client is away is gone, as the API documents.
        case clean
        /// The broker keeps it, and sends what was not acknowledged again.
        case kept
    }

    /// A time in which a part of the network cannot be reached.
    package struct Partition: Sendable, Hashable {
        package enum Part: String, Sendable, CaseIterable {
            /// A share of the users, from everything.
            case users
            /// The broker, for everyone: events wait at the backend.
            case broker
            /// The API with its WebSocket connections, for everyone.
            case api
        }

        package var part: Part
        /// Of the users, above 0 up to 1; of no meaning for the other parts.
        package var share: Double
        /// Nanoseconds after the beginning of the load.
        package var at: Int64
        /// Nanoseconds, above 0.
        package var duration: Int64

        package init(_ part: Part, share: Double = 1, at: Int64, for duration: Int64) {
            self.part = part
            self.share = share
            self.at = at
            self.duration = duration
        }
    }

    /// Clients that take events slowly.
    package struct Slow: Sendable, Hashable {
        /// Of the clients, above 0 up to 1.
        package var share: Double
        /// Events per second, above 0.
        package var rate: Double
        /// Events that may wait for a client before the broker drops further ones, as its `max_queued_messages`; `nil` for
        /// any number. What is dropped is lost, and the guarantee `complete` says so.
        package var queue: Int?

        package init(share: Double, rate: Double, queue: Int? = nil) {
            self.share = share
            self.rate = rate
            self.queue = queue
        }
    }
}
