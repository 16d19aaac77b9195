extension CoverageTable {
    static let control = #"""
        CONTROL-01 | control
        CONTROL-02 | control limitsOn
        CONTROL-03 | control:like-add,control:like-remove,control:save-add,control:save-remove,control:comment-add,control:comment-update,control:comment-delete,control:user-update ok
        CONTROL-04 | control:contacts-set ok
        CONTROL-05 | control:notifications-read ok
        CONTROL-06 | control:webhook-add,control:webhook-remove | control:reset ok webhooks
        CONTROL-07 | control:user-delete ok
        CONTROL-08 | control:reset ok
        """#
}
