package io.millrace.objects;

import org.jspecify.annotations.Nullable;

/** Why a store did not do what it was asked to. What to do about each kind is the asker's choice. */
public abstract sealed class ObjectStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ObjectStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The bucket is not there. A folder makes it with the first object; other stores want it made. */
    public static final class NoSuchBucket extends ObjectStoreException {
        private static final long serialVersionUID = 1L;

        public NoSuchBucket(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** There is no object of this name. */
    public static final class NoSuchObject extends ObjectStoreException {
        private static final long serialVersionUID = 1L;

        public NoSuchObject(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store does not let us: missing rights, wrong credentials, a read-only disk. */
    public static final class AccessDenied extends ObjectStoreException {
        private static final long serialVersionUID = 1L;

        public AccessDenied(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store is full, or our share of it. */
    public static final class NoSpace extends ObjectStoreException {
        private static final long serialVersionUID = 1L;

        public NoSpace(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** No object can have this name, in this store or in any; asking again does not help. */
    public static final class UnusableName extends ObjectStoreException {
        private static final long serialVersionUID = 1L;

        public UnusableName(String message) {
            this(message, null);
        }

        public UnusableName(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store has a reason of its own, a KMS key that can't be used for example. */
    public static final class Refused extends ObjectStoreException {
        private static final long serialVersionUID = 1L;

        private final String code;

        /** @param code the store's word for it, for example {@code KMS.NotFoundException} */
        public Refused(String code, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /** The store could not be asked, or failed; the same may work later. */
    public static final class Unavailable extends ObjectStoreException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
