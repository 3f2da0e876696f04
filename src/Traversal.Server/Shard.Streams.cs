using Traversal.Primitives;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>The clients on streams: their frames, and the connections that go to another shard.</summary>
internal sealed partial class Shard
{
    private const int NoShard = -1;

    /// <summary>After so many frames of streams in a round it is the datagrams' turn again; the batch of one stream is not interrupted.</summary>
    private const int MaxFramesInRound = 1024;

    private readonly SocketId[] _connections;
    private bool _streamsWait;
    private int _destination = NoShard;

    /// <summary>
    /// Works off the streams that have something, until there are none or they have had their share of the round: they bring more as fast as they
    /// are worked off, and datagrams and timers must not wait for their end.
    /// </summary>
    private void OnStreams(in Clock now)
    {
        int frames = 0;
        _streamsWait = true;
        while (frames < MaxFramesInRound)
        {
            if (!Inbox.TryTake(out StreamConnection? connection))
            {
                _streamsWait = false;
                return;
            }

            frames += 1 + OnStream(connection, in now);
        }
    }

    private int OnStream(StreamConnection connection, in Clock now)
    {
        int frames = 0;
        bool isHere = true;
        try
        {
            if (IsNew(connection.Id)) _machine.OnClientConnected(connection.Id, connection.Local, connection.Remote, connection.IsAttached);
            for (bool goesOn = true; goesOn && connection.TryReadFrame(out Span<byte> frame); frames++) goesOn = OnFrame(connection, frame, in now);
            isHere = !TryMove(connection, in now);
            if (isHere && connection.HasEnded) Forget(connection.Id, in now);
        }
        finally
        {
            if (isHere) connection.Release();
        }

        return frames;
    }

    /// <summary>Gives a connection to the shard that has its client's allocation; one that can't be given closes, as its client waits for an answer.</summary>
    private bool TryMove(StreamConnection connection, in Clock now)
    {
        if (_destination == NoShard) return false;

        (int destination, _destination) = (_destination, NoShard);
        SocketId id = connection.Id;
        if (destination < Shards.Count && connection.TryMoveTo(Shards[destination].Inbox))
        {
            Forget(id, in now);
            return true;
        }

        _machine.OnHandOverDropped();
        connection.Close();
        return false;
    }

    private void Forget(SocketId connection, in Clock now)
    {
        _connections[StreamInbox.IndexOf(connection)] = SocketId.None;
        _machine.OnClientGone(connection, in now);
    }

    private bool IsNew(SocketId connection)
    {
        ref SocketId known = ref _connections[StreamInbox.IndexOf(connection)];
        if (known == connection) return false;
        known = connection;
        return true;
    }

    private bool OnFrame(StreamConnection connection, Span<byte> frame, in Clock now)
    {
        RelayVerdict verdict = _machine.OnClientDatagram(connection.Id, connection.Remote, frame, ReplySpan(), in now);
        if (verdict.Action == RelayAction.MoveConnection)
        {
            _destination = _machine.HandOver.Shard;
            return false;
        }

        DispatchForeign(in verdict, frame, in now);
        if (verdict.Action != RelayAction.LastReply) return true;

        Execute(in now);
        return false;
    }
}
