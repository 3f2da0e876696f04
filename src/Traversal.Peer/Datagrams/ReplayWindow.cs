using System.Runtime.CompilerServices;

namespace Traversal.Peer.Datagrams;

/// <summary>Which of the last <see cref="Length"/> numbers have come (RFC 4303 section 3.4.3). Older ones count as having come.</summary>
internal struct ReplayWindow
{
    /// <summary>How many numbers it knows of.</summary>
    public const int Length = 1024;

    private const int BitsPerWord = 64;

    private Words _words;
    private long _next;

    /// <summary>Whether a number has come, or is too old to tell.</summary>
    public readonly bool HasCome(long number) => number < _next && (number < _next - Length || (_words[Word(number)] & Bit(number)) != 0);

    /// <summary>A number has come that had not.</summary>
    public void Note(long number)
    {
        if (number >= _next)
        {
            // The words of numbers between the last and this one may still tell of numbers that are too old now.
            long fresh = _next, last = number;
            if (last - fresh >= Length) ((Span<ulong>)_words).Clear();
            else for (; fresh <= last; fresh++) _words[Word(fresh)] &= ~Bit(fresh);
            _next = number + 1;
        }

        _words[Word(number)] |= Bit(number);
    }

    private static int Word(long number) => (int)(number / BitsPerWord % (Length / BitsPerWord));

    private static ulong Bit(long number) => 1UL << (int)(number % BitsPerWord);

    [InlineArray(Length / BitsPerWord)]
    private struct Words
    {
        private ulong _first;
    }
}
