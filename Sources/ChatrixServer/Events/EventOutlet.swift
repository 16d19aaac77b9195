import ChatrixModel
import ChatrixReference
import Logging
import NIOCore

/// The way of the events from the outbox to the publisher, faults included. Lives on the server's event loop.
final class EventOutlet {
    private let publisher: (any EventPublisher)?
    private var injector: FaultInjector?
    private let loop: any EventLoop
    private var delayed: [(number: Int, publication: Event.Publication, task: Scheduled<Void>)] = []
    private var delayedCount = 0
    private var overdueCheck: RepeatedTask?

    /// Without a publisher the events end here.
    init(publisher: (any EventPublisher)?, faults: [Fault], loop: any EventLoop) {
        self.publisher = publisher
        self.loop = loop
        guard publisher != nil, !faults.allSatisfy(\.isOfState) else { return }
        injector = FaultInjector(faults)
        let outlet = NIOLoopBound(self, eventLoop: loop)
        overdueCheck = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            outlet.value.releaseOverdue()
        }
    }

    /// Publishes `events` in order; they are queued when this returns, but for those that a fault delays or holds.
    func forward(_ events: [Event]) {
        guard let publisher, !events.isEmpty else { return }
        if injector == nil {
            for event in events {
                let publication = Event.Publication(event)
                publisher.publish(topic: publication.topic, payload: publication.payload, label: publication.label)
            }
        } else {
            let publications = injector?.apply(events, at: monotonicMilliseconds) ?? []
            for publication in publications { send(publication) }
        }
    }

    /// Publishes at once whatever a fault delays or holds back, and stops.
    func finish() {
        overdueCheck?.cancel()
        overdueCheck = nil
        let held = injector?.releaseAll() ?? []
        for publication in held { publish(publication) }
        let late = delayed
        delayed = []
        for entry in late {
            entry.task.cancel()
            publish(entry.publication)
        }
    }

    /// How often each fault was injected, in the order in which they were given.
    var injected: [(fault: Fault, count: Int)] { injector?.injected ?? [] }

    /// How many publications a fault has repeated.
    var repetitionCount: Int { injector?.repetitionCount ?? 0 }

    private var monotonicMilliseconds: Int64 { Int64(loop.now.uptimeNanoseconds / 1_000_000) }

    private func releaseOverdue() {
        let released = injector?.releaseOverdue(at: monotonicMilliseconds) ?? []
        for publication in released { send(publication) }
    }

    private func send(_ publication: Event.Publication) {
        guard publication.delayMilliseconds > 0 else {
            publish(publication)
            return
        }
        delayedCount += 1
        let number = delayedCount
        let outlet = NIOLoopBound(self, eventLoop: loop)
        let task = loop.scheduleTask(in: .milliseconds(publication.delayMilliseconds)) {
            outlet.value.sendDelayed(number)
        }
        delayed.append((number, publication, task))
    }

    private func sendDelayed(_ number: Int) {
        // Delays differ little, so what is due stands near the front.
        guard let index = delayed.firstIndex(where: { $0.number == number }) else { return }
        publish(delayed.remove(at: index).publication)
    }

    private func publish(_ publication: Event.Publication) {
        publisher?.publish(topic: publication.topic, payload: publication.payload, label: publication.label)
    }
}
