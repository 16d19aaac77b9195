import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: StorageCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        do throws(Refusal) {
            switch command {
            case .upload(let file):
                guard let object = try storeUploads([file], at: time).first else {
                    preconditionFailure("one file in, one object out")
                }
                return Outcome(.storage(.uploaded(object)))
            case .uploadMultiple(let files):
                return Outcome(.storage(.uploadedMultiple(try storeUploads(files, at: time))))
            case .file(let key):
                return Outcome(.storage(.file(try storedContent(at: key))))
            case .preview(let key):
                return Outcome(.storage(.preview(try storedContent(at: key))))
            }
        } catch {
            return .refused(error)
        }
    }

    /// STORAGE-UPLOAD, STORAGE-MULTIPLE: any content up to 20 MB, all files or none (D-73, D-74, D-77, D-80).
    private mutating func storeUploads(_ files: [UploadedFile], at time: Timestamp) throws(Refusal) -> [StoredObject] {
        guard files.allSatisfy({ $0.content.count <= Limits.storageFileBytesMax }) else {
            throw Refusal.storageUploadTooLarge
        }
        guard objects.hasRoom(for: files.reduce(0) { $0 + $1.content.count }) else { throw Refusal.storageFull }
        return files.map { file in
            let type = FileType(content: file.content, fileName: file.name)
            let key = storeObject(file, type: type, in: "uploads", at: time)
            return StoredObject(key: key, url: objectURL(key))
        }
    }

    /// STORAGE-FILE, STORAGE-PREVIEW: every caller may read every key; an unknown one is 400 (D-78, D-79).
    private func storedContent(at key: String) throws(Refusal) -> StoredContent {
        guard let object = objects.objects[key] else { throw Refusal.storedFileNotFound }
        return StoredContent(
            name: ObjectStore.fileName(inKey: key), mimeType: object.type.mimeType, bytes: object.content)
    }
}
