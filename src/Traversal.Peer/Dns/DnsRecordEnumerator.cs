namespace Traversal.Peer.Dns;

/// <summary>Goes through records in order.</summary>
public ref struct DnsRecordEnumerator
{
    private readonly ReadOnlySpan<byte> _message;
    private int _offset;
    private int _left;
    private DnsRecord _current;

    internal DnsRecordEnumerator(ReadOnlySpan<byte> message, int offset, int count)
    {
        _message = message;
        _offset = offset;
        _left = count;
    }

    /// <summary>The record.</summary>
    public readonly DnsRecord Current => _current;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly DnsRecordEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next record, if there is one.</summary>
    public bool MoveNext() => _left-- > 0 && DnsRecord.TryRead(_message, ref _offset, out _current) == DnsParseStatus.Ok;
}
