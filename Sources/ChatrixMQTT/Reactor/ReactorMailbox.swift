import CLinux
import Glibc
import Synchronization

/// What other threads ask of the reactor's thread.
enum ReactorCommand: Sendable {
    case add(MQTTSession, [MQTTSubscription], (any SessionObserver)?)
    case pump(MQTTSession)
    case subscribe(MQTTSession, [MQTTSubscription])
    case unsubscribe(MQTTSession, [String])
    case disconnect(MQTTSession)
    case reconnect(MQTTSession)
    case remove(MQTTSession)
    case resolved(host: String, Result<[String], ResolutionError>)
    case report(MQTTEvent)
    case stop(deadline: MonotonicTime)
}

/// Receives the events of one session in place of the reactor's handler; called on the reactor's thread.
protocol SessionObserver: AnyObject, Sendable {
    func receive(_ event: MQTTEvent)
    /// Called once after a round in which publications of the session were acknowledged or lost.
    func publicationsSettled()
}

/// The commands that wait for the reactor's thread, and the eventfd that wakes it.
final class ReactorMailbox: Sendable {
    private struct Box {
        var commands: [ReactorCommand] = []
        var isOpen = true
    }

    let wakeDescriptor: CInt
    private let box = Mutex(Box())

    init() throws(MQTTError) {
        wakeDescriptor = eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC))
        guard wakeDescriptor >= 0 else { throw .system(operation: "opening an eventfd", code: errno) }
    }

    deinit {
        close(wakeDescriptor)
    }

    /// Queues a command and wakes the reactor; returns false, and does nothing, after the reactor has stopped.
    @discardableResult
    func post(_ command: ReactorCommand) -> Bool {
        box.withLock { box in
            guard box.isOpen else { return false }
            box.commands.append(command)
            if box.commands.count == 1 {
                // Cannot fail: the counter would have to reach 2^64 - 1.
                eventfd_write(wakeDescriptor, 1)
            }
            return true
        }
    }

    func takeAll() -> [ReactorCommand] {
        box.withLock { box in
            var value: eventfd_t = 0
            eventfd_read(wakeDescriptor, &value)
            defer { box.commands = [] }
            return box.commands
        }
    }

    /// Refuses further commands and returns those that still waited.
    func close() -> [ReactorCommand] {
        box.withLock { box in
            box.isOpen = false
            defer { box.commands = [] }
            return box.commands
        }
    }

    private func close(_ descriptor: CInt) {
        Glibc.close(descriptor)
    }
}
