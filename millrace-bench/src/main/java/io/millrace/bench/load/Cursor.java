package io.millrace.bench.load;

/**
 * Walks a reply's body in place. Members come in any order; a value is named by where it lies, so that a page of ten
 * thousand records is checked without one allocation. A body that is not well-formed throws {@link
 * WrongAnswerException} or {@link IndexOutOfBoundsException}.
 */
interface Cursor {
    /** Steps into the map that comes next. */
    void enterMap();

    /** Steps to the next member's value, or out of the map if there is none. */
    boolean nextMember();

    /** Whether the member stepped to has this name. */
    boolean nameIs(byte[] name);

    void enterList();

    /** Steps to the next element, or out of the list if there is none. */
    boolean nextElement();

    /**
     * Passes a text or a blob and notes where it lies.
     *
     * @param expectedBytes how long it probably is, which saves the search for its end; -1 if unknown
     */
    void span(int expectedBytes);

    /** Where the value last passed begins. */
    int spanStart();

    /** Where the value last passed ends, exclusively. */
    int spanEnd();

    /** A text, or the empty one where null is written. */
    String text();

    long number();

    /** Passes any value. */
    void skip();
}
