import ChatrixModel

extension ReferenceBackend {
    /// 16 hexadecimal digits of the whole state but `last_seen`, which refused requests may change (D-08). O(state).
    ///
    /// Equal states have equal digests in every process; any change of the state changes it, but for an accident of 2⁻⁶⁴.
    package var digest: String {
        var digest = StateDigest()
        digest.add(directory.count)
        digest.add(Int(bitPattern: UInt(random.state)))
        digest.add(Int(clock.lastStamp.milliseconds))
        for user in users { user.add(to: &digest) }
        for conversation in conversations { conversation.add(to: &digest) }
        injected.add(to: &digest)
        contacts.add(to: &digest)
        reports.add(to: &digest)
        notifications.add(to: &digest)
        calls.add(to: &digest)
        posts.add(to: &digest)
        stories.add(to: &digest)
        for key in objects.objects.keys.sorted() {
            guard let object = objects.objects[key] else { continue }
            digest.add(key)
            digest.add(object.content.count)
            digest.add(object.type.rawValue)
            digest.add(Int(bitPattern: UInt(object.checksum)))
        }
        let digits = String(digest.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// FNV-1a over the values in the order they are added, each with its length where it has one.
struct StateDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ number: Int) {
        withUnsafeBytes(of: number.littleEndian) { for byte in $0 { add(byte) } }
    }

    mutating func add(_ text: String?) {
        guard let text else { return add(-1) }
        add(text.utf8.count)
        for byte in text.utf8 { add(byte) }
    }

    mutating func add(_ flag: Bool) { add(flag ? 1 : 0 as UInt8) }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
}

extension UserRecord {
    fileprivate func add(to digest: inout StateDigest) {
        digest.add(Int(number))
        for text in [phone, username, fullName, avatarURL, bio, website] { digest.add(text) }
        digest.add(isPrivate)
        digest.add(isVerified)
        digest.add(isDeleted)
        digest.add(Int(createdAt.milliseconds))
        for device in sessions.keys.sorted() {
            digest.add(device)
            digest.add(sessions[device]?.description)
        }
        for target in following.keys.sorted() {
            digest.add(target)
            digest.add(following[target]?.isAccepted ?? false)
            digest.add(Int(following[target]?.createdAt.milliseconds ?? 0))
        }
        for target in blocking.sorted() { digest.add(target) }
    }
}

extension ConversationRecord {
    fileprivate func add(to digest: inout StateDigest) {
        digest.add(Int(number))
        digest.add(Int(updatedAt.milliseconds))
        for slot in Slot.allCases {
            digest.add(users[slot])
            digest.add(unreadCount[slot])
        }
        for message in messages {
            digest.add(Int(message.number))
            digest.add(Int(message.createdAt.milliseconds))
            digest.add(message.content)
            digest.add(Int(message.status.rawValue))
            digest.add(message.kind.rawValue)
            digest.add(Int(message.sender.rawValue))
            for attachment in message.attachments ?? [] {
                digest.add(attachment.url)
                digest.add(attachment.kind.rawValue)
                digest.add(attachment.width ?? -1)
                digest.add(attachment.height ?? -1)
            }
        }
    }
}
