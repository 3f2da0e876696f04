using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>
/// A UDP socket of the framework's, used by the kernel's own calls: many datagrams are received by one, and a run of equal-sized ones is sent by one. Nothing
/// waits and nothing allocates. Any number of threads may send; one receives at a time.
/// </summary>
/// <remarks>
/// The framework has the system tell of every datagram, from the first receive that waited on. Here it tells once, after <see cref="NotifyWhenReadable"/>: whoever
/// is busy with datagrams is not told of more.
/// </remarks>
public sealed unsafe class BatchSocket : IDisposable
{
    /// <summary>The longest that single datagrams are expected before several are looked for again, for which the system takes longer.</summary>
    private const int MaxBackoff = 16;

    /// <summary>So many receives in a row that found nothing more say that this is a conversation, in which each side waits for the other.</summary>
    private const int ConversationMisses = 4;

    /// <summary>How often a conversation is taken for one before another receive looks whether it still is.</summary>
    private const int ConversationTurns = 16;

    /// <summary>The most bytes that one call sends: what fits into one IP packet of either version.</summary>
    private const int MaxRunBytes = 65_535 - 40 - 8;

    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;
    private readonly Readiness _readiness;
    private readonly IThreadPoolWorkItem _reader;
    private readonly long _number;
    private bool _coalesces;
    private int _isArmed;

    // How many receives are expected to find one datagram alone, and how many after the last attempt to find several: 1, 2, 4 ...; 0 when it did find several.
    private int _singles;
    private int _backoff;

    // Whether the last receive found something, how often in a row one after such found nothing, and how often none was advised since.
    private bool _hasFound;
    private int _misses;
    private int _unasked;

    // The longest segment that is worth trying a segmented send with: lower than the path's after a failure, 0 where the device cannot.
    private int _maxSegment = ushort.MaxValue;

    private BatchSocket(Socket socket, IThreadPoolWorkItem reader, Readiness readiness)
    {
        _socket = socket;
        _handle = socket.SafeHandle;
        _reader = reader;
        _readiness = readiness;
        _number = readiness.Add(this);
    }

    /// <summary>Takes a socket over, where this system has such calls.</summary>
    /// <param name="socket">A bound socket that nobody receives from; owned from here on, if it is taken.</param>
    /// <param name="reader">Is put into the thread pool's queue when there is something to receive and that was asked for, and when the socket is closed meanwhile.</param>
    /// <returns>Null where it hasn't.</returns>
    public static BatchSocket? TryCreate(Socket socket, IThreadPoolWorkItem reader)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(reader);
        if (Readiness.Instance is not { } readiness) return null;

        var batches = new BatchSocket(socket, reader, readiness);
        if (readiness.TryRegister((int)socket.Handle, batches._number)) return batches;

        readiness.Remove(batches._number);
        return null;
    }

    /// <summary>Whether this system has such calls.</summary>
    public static bool IsSupported => Readiness.Instance is not null;

    /// <summary>
    /// Whether another <see cref="Receive(DatagramBatch)"/> is worth its call before <see cref="NotifyWhenReadable"/>, which finds out by itself whether there is
    /// more, but has another thread tell it.
    /// </summary>
    public bool ExpectsMore { get; private set; }

    /// <summary>Sends a datagram now or not at all.</summary>
    /// <param name="datagram">The payload.</param>
    /// <param name="destination">An address of the socket's IP version.</param>
    /// <param name="failure">Why it was not taken.</param>
    /// <returns>Whether the system took it.</returns>
    public bool TrySend(ReadOnlySpan<byte> datagram, in TransportAddress destination, out SendFailure failure)
    {
        failure = SendFailure.NoSocket;
        if (!TryHold()) return false;

        SocketName name = default;
        name.Write(in destination);
        Errno error;
        fixed (byte* bytes = datagram) error = Send((int)_handle.DangerousGetHandle(), bytes, datagram.Length, &name);
        _handle.DangerousRelease();
        if (error == Errno.None) return true;

        failure = LinuxErrors.ToSendFailure(error);
        return false;
    }

    /// <summary>Sends datagrams that lie one behind the other, by as few calls as the system needs.</summary>
    /// <param name="datagrams">The payloads.</param>
    /// <param name="size">The length of each but the last, which may be shorter: at least 1.</param>
    /// <param name="destination">An address of the socket's IP version.</param>
    /// <param name="failure">Why the first that was not taken was not.</param>
    /// <returns>How many bytes the system took; those behind them are unsent.</returns>
    public int SendRun(ReadOnlySpan<byte> datagrams, int size, in TransportAddress destination, out SendFailure failure)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        failure = SendFailure.NoSocket;
        if (!TryHold()) return 0;

        SocketName name = default;
        name.Write(in destination);
        int descriptor = (int)_handle.DangerousGetHandle(), sent = 0;
        Errno error = Errno.None;
        fixed (byte* bytes = datagrams)
        {
            while (sent < datagrams.Length && error == Errno.None)
            {
                int most = size <= Volatile.Read(ref _maxSegment) ? Math.Clamp(MaxRunBytes / size, 1, Kernel.MaxSentSegments) : 1;
                int length = Math.Min(most * size, datagrams.Length - sent);
                error = length > size ? SendSegments(descriptor, bytes + sent, length, size, &name) : Send(descriptor, bytes + sent, length, &name);
                if (error == Errno.None) sent += length;
                else if (length > size && LearnsFrom(error, size)) error = Errno.None;
            }
        }

        _handle.DangerousRelease();
        if (error != Errno.None) failure = LinuxErrors.ToSendFailure(error);
        return sent;
    }

    /// <summary>Receives one datagram, if there is one. Not for a socket that has received batches: the kernel may have joined several since.</summary>
    /// <param name="buffer">Receives the payload, or as much of it as fits.</param>
    /// <param name="length">The length of the whole datagram.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="isClosed">Whether there will be none any more.</param>
    public bool TryReceive(Span<byte> buffer, out int length, out TransportAddress source, out bool isClosed)
    {
        length = 0;
        source = default;
        isClosed = !TryHold();
        if (isClosed) return false;

        SocketName name = default;
        uint nameLength = SocketName.MaxLength;
        byte nowhere = 0;
        nint received;
        fixed (byte* bytes = buffer)
        {
            received = FastCalls.ReceiveFrom(
                (int)_handle.DangerousGetHandle(), bytes == null ? &nowhere : bytes, (nuint)buffer.Length, Kernel.DontWait | Kernel.Truncate, &name, &nameLength);
        }

        _handle.DangerousRelease();
        if (received < 0) return false;

        length = (int)received;
        source = name.Read();
        return true;
    }

    /// <summary>Receives what there is, as far as it fits.</summary>
    /// <param name="batch">What was received, instead of what was there.</param>
    /// <returns>False once the socket is closed.</returns>
    public bool Receive(DatagramBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!TryHold())
        {
            batch.Clear();
            return false;
        }

        Receive((int)_handle.DangerousGetHandle(), batch);
        _handle.DangerousRelease();
        Learn(batch.Count);
        return true;
    }

    /// <summary>Has the reader called once there is something to receive, at once if there is already. For whoever receives.</summary>
    public void NotifyWhenReadable()
    {
        _hasFound = false;
        Volatile.Write(ref _isArmed, 1);
        if (!TryHold())
        {
            Notify();
            return;
        }

        _readiness.Arm((int)_handle.DangerousGetHandle(), _number);
        _handle.DangerousRelease();
    }

    /// <summary>Closes the socket; a reader that waits is called.</summary>
    public void Dispose()
    {
        _readiness.Remove(_number);
        _socket.Dispose();
        Notify();
    }

    /// <summary>Calls the reader if it waits.</summary>
    internal void Notify()
    {
        if (Interlocked.Exchange(ref _isArmed, 0) != 0) ThreadPool.UnsafeQueueUserWorkItem(_reader, preferLocal: false);
    }

    private void Receive(int descriptor, DatagramBatch batch)
    {
        if (_singles > 0)
        {
            _singles--;
            batch.ReceiveOne(descriptor, _coalesces);
            return;
        }

        batch.ReceiveMany(descriptor, _coalesces);
        if (batch.Count == 1) _singles = _backoff = Math.Clamp(_backoff * 2, 1, MaxBackoff);
        if (batch.Count > 1) _backoff = 0;
        if (!_coalesces && batch.IsBulk) _coalesces = LinuxOpener.TrySetOption(descriptor, Kernel.UdpLevel, Kernel.UdpCoalesce, 1);
    }

    private void Learn(int count)
    {
        if (_hasFound) _misses = count == 0 ? _misses + 1 : 0;
        _hasFound = count > 0;
        ExpectsMore = count > 1 || (count == 1 && (_misses < ConversationMisses || ++_unasked % ConversationTurns == 0));
    }

    private static Errno Send(int descriptor, byte* bytes, int length, SocketName* name)
    {
        byte nothing = 0;
        while (FastCalls.SendTo(descriptor, bytes == null ? &nothing : bytes, (nuint)length, Kernel.DontWait, name, name->Length) < 0)
        {
            Errno error = FastCalls.LastError;
            if (error != Errno.Interrupted) return error;
        }

        return Errno.None;
    }

    private static Errno SendSegments(int descriptor, byte* bytes, int length, int size, SocketName* name)
    {
        var vector = new IOVector { Base = bytes, Length = (nuint)length };
        ControlMessage segments = ControlMessage.Segments((uint)size);
        var message = new MessageHeader
        {
            Name = (byte*)name,
            NameLength = name->Length,
            Vectors = &vector,
            VectorCount = 1,
            Control = (byte*)&segments,
            ControlLength = (nuint)sizeof(ControlMessage),
        };
        while (FastCalls.Send(descriptor, &message, Kernel.DontWait) < 0)
        {
            Errno error = FastCalls.LastError;
            if (error != Errno.Interrupted) return error;
        }

        return Errno.None;
    }

    // The path's limit is not known, so that it is approached from above: what may be due to the segments is sent singly, from here on.
    private bool LearnsFrom(Errno error, int size)
    {
        if (error is not (Errno.InputOutput or Errno.Invalid or Errno.MessageTooLong or Errno.NotSupported)) return false;

        Volatile.Write(ref _maxSegment, error == Errno.InputOutput ? 0 : size - 1);
        return true;
    }

    private bool TryHold()
    {
        if (_handle.IsClosed) return false;
        try
        {
            bool isHeld = false;
            _handle.DangerousAddRef(ref isHeld);
            return isHeld;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
