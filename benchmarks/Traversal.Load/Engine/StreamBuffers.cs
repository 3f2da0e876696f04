using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>What a TCP connection holds between calls: the part of a frame that has come, and the bytes that the kernel did not take.</summary>
internal sealed class StreamBuffers
{
    /// <summary>Beyond so much unsent, further packets of this client are not sent at all.</summary>
    private const int MaxBacklog = 64 * 1024;

    private byte[] _partial = [];
    private int _partialLength;
    private byte[] _backlog = [];
    private int _backlogLength;

    /// <summary>Sends whole frames, or keeps what the kernel does not take. False when they were not taken at all.</summary>
    public bool TrySend(NativeSocket socket, ReadOnlySpan<byte> frames)
    {
        if (!TryFlush(socket) && _backlogLength + frames.Length > MaxBacklog) return false;

        int sent = _backlogLength == 0 ? Math.Max(0, socket.Send(frames)) : 0;
        ReadOnlySpan<byte> rest = frames[sent..];
        if (rest.IsEmpty) return true;

        if (_backlog.Length < _backlogLength + rest.Length) Array.Resize(ref _backlog, MaxBacklog + rest.Length);
        rest.CopyTo(_backlog.AsSpan(_backlogLength));
        _backlogLength += rest.Length;
        return true;
    }

    /// <summary>Moves what an earlier receive left over to the front of <paramref name="destination"/>. Returns its length.</summary>
    public int TakePartial(Span<byte> destination)
    {
        _partial.AsSpan(0, _partialLength).CopyTo(destination);
        int length = _partialLength;
        _partialLength = 0;
        return length;
    }

    public void KeepPartial(ReadOnlySpan<byte> bytes)
    {
        if (_partial.Length < bytes.Length) _partial = new byte[Math.Max(bytes.Length, 2 * _partial.Length)];
        bytes.CopyTo(_partial);
        _partialLength = bytes.Length;
    }

    private bool TryFlush(NativeSocket socket)
    {
        if (_backlogLength == 0) return true;

        int sent = Math.Max(0, socket.Send(_backlog.AsSpan(0, _backlogLength)));
        _backlogLength -= sent;
        _backlog.AsSpan(sent, _backlogLength).CopyTo(_backlog);
        return _backlogLength == 0;
    }
}
