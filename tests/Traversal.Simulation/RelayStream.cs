using System.Buffers;
using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Simulation;

/// <summary>A client of a <see cref="RelayServer"/> over TCP.</summary>
internal sealed class RelayStream : IRelayClient
{
    private const int MaxFrame = 1 << 16;

    private readonly RelayServer _server;
    private readonly TcpEnd _end;
    private readonly byte[] _buffer = new byte[2 * MaxFrame];
    private int _length;

    public RelayStream(RelayServer server, SocketId id, TcpEnd end)
    {
        _server = server;
        _end = end;
        Id = id;
        end.OnChanged = OnChanged;
    }

    public SocketId Id { get; }

    public TransportAddress Client => _end.Remote;

    // A client that does not read for so long gets no more.
    public void Deliver(ReadOnlySpan<byte> frame)
    {
        if (_end.Write(frame) < frame.Length) Close();
    }

    public void Close()
    {
        if (_end.State != TcpState.Closed) _end.Close();
    }

    private void OnChanged()
    {
        while (_end.Available > 0 && _end.State == TcpState.Open)
        {
            _length += _end.Read(_buffer.AsSpan(_length));
            if (!TryTakeFrames()) Close();
        }

        if (_end.State is TcpState.Closed or TcpState.Broken)
            _server.OnClosed(this);
        else if (_end.HasEnded)
            Close();
    }

    private bool TryTakeFrames()
    {
        OperationStatus status;
        int taken = 0;
        while ((status = TurnFrame.TryRead(_buffer.AsSpan(taken, _length - taken), out int length, out int consumed)) == OperationStatus.Done)
        {
            _server.OnMessage(this, _buffer.AsSpan(taken, length).ToArray());
            taken += consumed;
        }

        _length -= taken;
        _buffer.AsSpan(taken, _length).CopyTo(_buffer);
        return status == OperationStatus.NeedMoreData;
    }
}
