using System.Numerics;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// The free ports of one relay address, a bit for each: 8 KiB at most. Each port that will do is as likely to be given out as any other (RFC 6056): a few
/// random ones are tried, and when most are in use one is drawn from those that are left.
/// </summary>
internal sealed class PortPool
{
    /// <summary>How long a port that another program had is left alone.</summary>
    private static readonly TimeSpan TakenFor = TimeSpan.FromMinutes(1);

    private const int Tries = 16;
    private const ulong EvenBits = 0x5555_5555_5555_5555;

    private readonly int _minPort;
    private readonly int _count;
    private readonly int _firstWord;
    private readonly ulong[] _free;
    private int _freeCount;
    private readonly Queue<(ushort Port, MonotonicTime Until)> _taken = new();

    public PortPool(ushort minPort, ushort maxPort)
    {
        (_minPort, _count) = (minPort, maxPort - minPort + 1);
        _firstWord = minPort / 64;
        _free = new ulong[maxPort / 64 - _firstWord + 1];
        for (int port = minPort; port <= maxPort; port++) Release((ushort)port);
    }

    /// <summary>Whether more than half of the ports are in use.</summary>
    public bool IsScarce => _freeCount * 2 < _count;

    /// <summary>Takes a port; for <see cref="PortChoice.EvenAndNext"/> the even one of two that are both taken.</summary>
    public bool TryTake(PortChoice choice, RandomSource random, MonotonicTime now, out ushort port)
    {
        while (_taken.TryPeek(out (ushort Port, MonotonicTime Until) taken) && taken.Until <= now) Release(_taken.Dequeue().Port);

        if (!TryGuess(choice, random, out port) && !TryDraw(choice, random, out port)) return false;

        Remove(port);
        if (choice == PortChoice.EvenAndNext) Remove((ushort)(port + 1));
        return true;
    }

    /// <summary>Gives a port back.</summary>
    public void Release(ushort port)
    {
        ref ulong word = ref _free[port / 64 - _firstWord];
        if ((word >> port & 1) == 0) _freeCount++;
        word |= 1UL << port;
    }

    /// <summary>Gives back a port that could not be opened; it is not given out again for a while.</summary>
    public void ReleaseTaken(ushort port, MonotonicTime now) => _taken.Enqueue((port, now + TakenFor));

    private bool TryGuess(PortChoice choice, RandomSource random, out ushort port)
    {
        for (int i = 0; i < Tries; i++)
        {
            port = (ushort)(_minPort + random.Next(_count));
            if ((Candidates(port / 64 - _firstWord, choice) >> port & 1) != 0) return true;
        }

        port = 0;
        return false;
    }

    // Draws the number of a candidate and counts up to it.
    private bool TryDraw(PortChoice choice, RandomSource random, out ushort port)
    {
        int count = 0;
        for (int word = 0; word < _free.Length; word++) count += BitOperations.PopCount(Candidates(word, choice));

        port = 0;
        if (count == 0) return false;

        int number = random.Next(count);
        for (int word = 0; ; word++)
        {
            ulong candidates = Candidates(word, choice);
            int here = BitOperations.PopCount(candidates);
            if (number >= here)
            {
                number -= here;
                continue;
            }

            while (number-- > 0) candidates &= candidates - 1;
            port = (ushort)((_firstWord + word) * 64 + BitOperations.TrailingZeroCount(candidates));
            return true;
        }
    }

    // An even port and the next one are in one word.
    private ulong Candidates(int word, PortChoice choice)
    {
        ulong free = _free[word];
        return choice switch
        {
            PortChoice.Even => free & EvenBits,
            PortChoice.EvenAndNext => free & free >> 1 & EvenBits,
            _ => free,
        };
    }

    private void Remove(ushort port)
    {
        _free[port / 64 - _firstWord] &= ~(1UL << port);
        _freeCount--;
    }
}
