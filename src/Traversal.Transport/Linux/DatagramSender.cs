using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>
/// Sends a batch with as few system calls as its order allows: the datagrams of one socket go together, equal-sized ones to one destination
/// as one segmented send, a single one by the plainest call.
/// </summary>
internal sealed unsafe class DatagramSender
{
    /// <summary>The most datagrams that are grouped at a time.</summary>
    public const int MaxChunk = 256;

    /// <summary>Where the datagrams of one socket end in their chain.</summary>
    private const int End = -1;

    private readonly byte* _slab;
    private readonly int _slabLength;
    private readonly LinuxSocket[] _sockets;
    private readonly EngineCounters _counters;
    private readonly MessageBatch _messages;
    private readonly int[] _next = new int[MaxChunk];
    private readonly int[] _heads = new int[MaxChunk];
    private readonly int[] _tails = new int[MaxChunk];
    private ulong _stamp;

    public DatagramSender(NativeArena arena, byte* slab, int slabLength, LinuxSocket[] sockets, EngineCounters counters)
    {
        _slab = slab;
        _slabLength = slabLength;
        _sockets = sockets;
        _counters = counters;
        _messages = new MessageBatch(arena, MaxChunk, slab, counters);
    }

    public void Send(ReadOnlySpan<Datagram> batch)
    {
        while (batch.Length > MaxChunk)
        {
            SendChunk(batch[..MaxChunk]);
            batch = batch[MaxChunk..];
        }

        SendChunk(batch);
    }

    private void SendChunk(ReadOnlySpan<Datagram> chunk)
    {
        // Where little is to do a batch is one datagram, and to order it would take as long as to make its call ready.
        if (chunk.Length == 1)
        {
            SendAlone(in chunk[0]);
            return;
        }

        int groups = Group(chunk);
        for (int group = 0; group < groups; group++)
        {
            int head = _heads[group];
            ref readonly Datagram first = ref chunk[head];
            ref LinuxSocket socket = ref _sockets[SocketTable.IndexOf(first.Socket)];
            if (_next[head] == End)
            {
                SendOne(in socket, in first);
            }
            else
            {
                SendMany(ref socket, chunk, head);
            }
        }
    }

    private void SendAlone(in Datagram datagram)
    {
        CheckInSlab(in datagram);
        if (TryFind(datagram.Socket, out int index)) SendOne(in _sockets[index], in datagram);
    }

    private bool TryFind(SocketId socket, out int index)
    {
        index = SocketTable.IndexOf(socket);
        if (socket.Value > 0 && index < _sockets.Length && _sockets[index].Id == socket) return true;

        _counters.CountDrop(SendFailure.NoSocket);
        return false;
    }

    /// <summary>Chains the datagrams of each socket, in their order; returns how many sockets there are.</summary>
    private int Group(ReadOnlySpan<Datagram> chunk)
    {
        _stamp++;
        int groups = 0;
        var last = SocketId.None;
        int group = 0;
        for (int i = 0; i < chunk.Length; i++)
        {
            CheckInSlab(in chunk[i]);
            SocketId id = chunk[i].Socket;
            if (id != last || id == SocketId.None)
            {
                if (!TryFind(id, out int index)) continue;

                last = id;
                ref LinuxSocket socket = ref _sockets[index];
                if (socket.SendStamp != _stamp)
                {
                    socket.SendStamp = _stamp;
                    group = groups++;
                    socket.Group = (ushort)group;
                    _heads[group] = _tails[group] = i;
                    _next[i] = End;
                    continue;
                }

                group = socket.Group;
            }

            _next[_tails[group]] = i;
            _tails[group] = i;
            _next[i] = End;
        }

        return groups;
    }

    private void CheckInSlab(in Datagram datagram)
    {
        if ((uint)datagram.Length > DatagramEngine.MaxDatagram || (uint)datagram.Start > (uint)(_slabLength - datagram.Length))
        {
            throw new ArgumentOutOfRangeException(nameof(datagram), "The datagram's bytes are not in the slab.");
        }
    }

    private void SendOne(in LinuxSocket socket, in Datagram datagram)
    {
        if (!socket.CanReach(datagram.Remote))
        {
            _counters.CountDrop(SendFailure.BadDestination);
            return;
        }

        if (datagram.DontFragment)
        {
            SendWhole(in socket, in datagram);
            return;
        }

        if (datagram.Header != default)
        {
            SendMarked(in socket, in datagram);
            return;
        }

        SocketName name = default;
        name.Write(datagram.Remote);
        PlainSend.Send(socket.Descriptor, _slab + datagram.Start, datagram.Length, &name, name.Length, _counters);
    }

    /// <summary>
    /// Fragments are a matter of the socket, not of a datagram: they are forbidden for this one call. Few clients ask for it, those that look for the
    /// path's MTU, and the others' datagrams stay as cheap as they are.
    /// </summary>
    private void SendWhole(in LinuxSocket socket, in Datagram datagram)
    {
        bool isIPv6 = socket.Family == IPFamily.IPv6;
        if (!LinuxOpener.TryForbidFragments(socket.Descriptor, isIPv6))
        {
            _counters.CountDrop(SendFailure.Other);
            return;
        }

        SendMarked(in socket, in datagram);
        LinuxOpener.AllowFragments(socket.Descriptor, isIPv6);
    }

    /// <summary>Sends one datagram with what its header is to say.</summary>
    private void SendMarked(in LinuxSocket socket, in Datagram datagram)
    {
        SocketName name = default;
        name.Write(datagram.Remote);
        ControlMessage* controls = stackalloc ControlMessage[ControlMessage.MaxCount];
        int count = ControlMessage.Write(controls, datagram.Header, socket.Family == IPFamily.IPv6);
        PlainSend.Send(socket.Descriptor, _slab + datagram.Start, datagram.Length, &name, name.Length, controls, count, _counters);
    }

    private void SendMany(ref LinuxSocket socket, ReadOnlySpan<Datagram> chunk, int head)
    {
        _messages.Clear();
        int i = head;
        while (i != End)
        {
            ref readonly Datagram first = ref chunk[i];
            if (!socket.CanReach(first.Remote))
            {
                _counters.CountDrop(SendFailure.BadDestination);
                i = _next[i];
                continue;
            }

            if (first.DontFragment)
            {
                _messages.Send(ref socket);
                _messages.Clear();
                SendWhole(in socket, in first);
                i = _next[i];
                continue;
            }

            _messages.Begin(in first);
            i = _next[i];
            while (i != End && !chunk[i].DontFragment && _messages.TryAppend(in socket, in first, in chunk[i])) i = _next[i];
            _messages.Complete(in socket);
        }

        _messages.Send(ref socket);
    }
}
