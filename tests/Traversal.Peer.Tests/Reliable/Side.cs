using Traversal.Peer.Reliable;

namespace Traversal.Peer.Tests.Reliable;

/// <summary>One end of a path, and an application that sends what it is told and checks what it gets.</summary>
internal sealed class Side(ReliablePath path, int direction)
{
    private static readonly byte[] Pattern = MakePattern();

    private readonly List<Transfer> _outgoing = [];
    private readonly byte[] _buffer = new byte[64 * 1024];

    public ReliablePath Path => path;

    public int Direction => direction;

    public Side Opposite { get; set; } = null!;

    public ReliableArrival LastArrival { get; set; }

    /// <summary>What has come, by conversation.</summary>
    public Dictionary<long, long> Received { get; } = [];

    /// <summary>The conversations that the other side has finished, and all of which was read.</summary>
    public HashSet<long> Ended { get; } = [];

    public List<ReliableEvent> Events { get; } = [];

    /// <summary>Whether what comes is read.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>Whether the application may do more at once.</summary>
    public bool HasMore { get; private set; }

    public long TotalReceived => Received.Values.Sum();

    /// <summary>The byte that stands at an offset of each conversation.</summary>
    private static byte[] MakePattern()
    {
        byte[] pattern = new byte[1 << 16];
        for (int index = 0; index < pattern.Length; index++) pattern[index] = (byte)((index * 31) ^ (index >> 8) ^ (index * index >> 11));
        return pattern;
    }

    /// <summary>Sends so many bytes on a new conversation.</summary>
    public Conversation Send(long length, bool finishes = true)
    {
        Conversation conversation = path.Open() ?? throw new InvalidOperationException("No conversation can be opened.");
        Send(conversation, length, finishes);
        return conversation;
    }

    public void Send(Conversation conversation, long length, bool finishes = true)
    {
        _outgoing.Add(new Transfer(conversation, length, finishes));
        Step();
    }

    public void Handle(ReliableEvent happened)
    {
        Events.Add(happened);
        if (happened.Conversation is { } conversation && happened.Kinds.HasFlag(ReliableEventKind.Readable)) ReadAll(conversation);
    }

    /// <summary>Writes what there is room for.</summary>
    public void Step()
    {
        HasMore = false;
        foreach (Transfer transfer in _outgoing)
        {
            while (transfer.Sent < transfer.Length)
            {
                int start = (int)(transfer.Sent % Pattern.Length);
                int length = (int)Math.Min(transfer.Length - transfer.Sent, Pattern.Length - start);
                int written = transfer.Conversation.Write(Pattern.AsSpan(start, length));
                transfer.Sent += written;
                if (written < length) break;
            }

            if (transfer.Sent == transfer.Length && transfer.Finishes) transfer.Conversation.Finish();
        }

        _outgoing.RemoveAll(static transfer => transfer.Sent == transfer.Length);
    }

    public void ReadAll(Conversation conversation)
    {
        if (!Reads) return;

        int length;
        while ((length = conversation.Read(_buffer)) > 0)
        {
            long offset = Received.GetValueOrDefault(conversation.Id);
            for (int done = 0; done < length;)
            {
                int start = (int)((offset + done) % Pattern.Length), part = Math.Min(length - done, Pattern.Length - start);
                if (!_buffer.AsSpan(done, part).SequenceEqual(Pattern.AsSpan(start, part)))
                    throw new InvalidOperationException($"Conversation {conversation.Id} is wrong from byte {offset + done} on.");

                done += part;
            }

            Received[conversation.Id] = offset + length;
            HasMore = true;
        }

        if (conversation.IsAtEnd) Ended.Add(conversation.Id);
    }

    private sealed class Transfer(Conversation conversation, long length, bool finishes)
    {
        public Conversation Conversation => conversation;

        public long Length => length;

        public bool Finishes => finishes;

        public long Sent { get; set; }
    }
}
