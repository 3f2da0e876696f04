using Traversal.Client.Network;

namespace Traversal.Simulation.Client;

/// <summary>The bytes of a TCP connection. One reads and one writes at a time; nobody may block.</summary>
internal sealed class SimulatedTcpStream(SimulatedWorld world, TcpEnd end) : Stream
{
    private TaskCompletionSource _changed = NewChange();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Begins to follow the connection, which is open.</summary>
    public TcpConnection Start()
    {
        lock (world.Gate) end.OnChanged = OnChanged;
        return new TcpConnection(this, end.Local, end.Remote);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (world.Gate)
            {
                if (end.State == TcpState.Closed) throw new IOException("The connection was closed here.");
                if (end.Available > 0) return end.Read(buffer.Span);
                if (end.HasEnded) return 0;
                if (end.State == TcpState.Broken) throw new IOException("The connection was reset by the other side.");
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (world.Gate)
            {
                if (end.State != TcpState.Open) throw new IOException(end.State == TcpState.Broken ? "The connection was reset by the other side." : "The connection was closed here.");
                buffer = buffer[end.Write(buffer.Span)..];
                if (buffer.IsEmpty) return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw Blocks();

    public override void Write(byte[] buffer, int offset, int count) => throw Blocks();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (world.Gate)
            {
                if (end.State != TcpState.Closed) end.Close();
            }
        }

        base.Dispose(disposing);
    }

    // While the gate is held.
    private void OnChanged()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewChange();
        changed.SetResult();
    }

    private static NotSupportedException Blocks() => new("Virtual time does not pass while a thread blocks: read and write asynchronously.");

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
