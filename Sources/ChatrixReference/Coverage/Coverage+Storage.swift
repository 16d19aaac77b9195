extension CoverageTable {
    static let storage = #"""
        STORAGE-UPLOAD-01 | uploadFile ok
        STORAGE-UPLOAD-02 | uploadFile ok ?type | uploadFile 400 ?type
        STORAGE-UPLOAD-03 | uploadFile 400 ?type | uploadFile ok ?type
        STORAGE-UPLOAD-04 | uploadFile ok | uploadFile 400 file*=0
        STORAGE-UPLOAD-05 | uploadFile !storageUploadTooLarge | uploadFile ok largeFile
        STORAGE-UPLOAD-06 | uploadFile ok
        STORAGE-UPLOAD-07 | uploadFile ok
        STORAGE-UPLOAD-08 | uploadFile ok
        STORAGE-UPLOAD-09 | uploadFile ok
        STORAGE-UPLOAD-10 | uploadFile ok
        STORAGE-UPLOAD-11 | file,preview ok
        STORAGE-UPLOAD-12 | uploadFile ok unknownType | uploadFile ok emptyFile
        STORAGE-UPLOAD-13 | uploadFile 400 file*>1
        STORAGE-UPLOAD-14 | uploadFile 400 file*=0
        STORAGE-UPLOAD-15 | uploadFile !storageUploadTooLarge
        STORAGE-UPLOAD-16 | uploadFile 401
        STORAGE-MULTIPLE-01 | uploadFiles ok
        STORAGE-MULTIPLE-02 | uploadFiles ok ?type | uploadFiles 400 ?type
        STORAGE-MULTIPLE-03 | uploadFiles ok files*>1 | uploadFiles 400 files*=0
        STORAGE-MULTIPLE-04 | uploadFiles !storageUploadTooLarge | uploadFiles ok largeFile
        STORAGE-MULTIPLE-05 | uploadFiles ok
        STORAGE-MULTIPLE-06 | uploadFiles ok
        STORAGE-MULTIPLE-07 | uploadFiles ok
        STORAGE-MULTIPLE-08 | uploadFiles ok
        STORAGE-MULTIPLE-09 | uploadFiles ok
        STORAGE-MULTIPLE-10 | uploadFiles 400 files*>10 | uploadFiles ok files*=10
        STORAGE-MULTIPLE-11 | uploadFiles 400 files*>1
        STORAGE-MULTIPLE-12 | uploadFiles 400 files*=0
        STORAGE-MULTIPLE-13 | uploadFiles !storageUploadTooLarge
        STORAGE-MULTIPLE-14 | uploadFiles 401
        STORAGE-FILE-01 | file ok
        STORAGE-FILE-02 | file,preview ok
        STORAGE-FILE-03 | file ok
        STORAGE-FILE-04 | file ok
        STORAGE-FILE-05 | file ok
        STORAGE-FILE-06 | file,preview ok
        STORAGE-FILE-07 | file !storedFileNotFound
        STORAGE-FILE-08 | file,preview !invalidParameter(key)
        STORAGE-FILE-09 | file 401
        STORAGE-PREVIEW-01 | preview ok
        STORAGE-PREVIEW-02 | preview ok
        STORAGE-PREVIEW-03 | preview ok
        STORAGE-PREVIEW-04 | preview !storedFileNotFound
        STORAGE-PREVIEW-05 | preview 401
        """#
}
