using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>Asks a message everything, and holds the answers against <see cref="NaiveReader"/>.</summary>
internal static class MessageChecks
{
    private static readonly StunAttributeSet Understood = StunAttributeSet.Of(
        StunAttributeType.Username, StunAttributeType.Realm, StunAttributeType.Nonce, StunAttributeType.XorMappedAddress, StunAttributeType.Data);

    // A lookup is linear, so asking for each of thousands of attributes would look like a hang.
    private const int MaxChecked = 64;

    /// <summary>Runs every check.</summary>
    public static void Run(in StunMessage message)
    {
        CheckHeader(message);
        CheckOrder(message);
        CheckUnknown(message, stackalloc ushort[2]);
        CheckUnknown(message, stackalloc ushort[32]);
        int checkedAttributes = 0;
        foreach (StunAttribute attribute in message)
        {
            AttributeChecks.Run(message, attribute);
            if (++checkedAttributes == MaxChecked) break;
        }
    }

    private static void CheckHeader(in StunMessage message)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        int type = NaiveReader.Word(bytes, 0);
        int method = (type & 0b11_1110_0000_0000) >> 2 | (type & 0b1110_0000) >> 1 | type & 0b1111;
        int messageClass = (type & 0b1_0000_0000) >> 7 | (type & 0b1_0000) >> 4;
        Invariant.Holds(message.Method == (StunMethod)method && message.Class == (StunClass)messageClass, "Method and class are told apart.");

        Span<byte> id = stackalloc byte[TransactionId.Length];
        message.TransactionId.Write(id);
        Invariant.Holds(id.SequenceEqual(bytes.Slice(8, TransactionId.Length)), "The transaction id is written as it was read.");
    }

    private static void CheckOrder(in StunMessage message)
    {
        var naive = new NaiveReader(message.Bytes);
        StunAttributeEnumerator all = message.AllAttributes, counted = message.GetEnumerator();
        while (naive.Next())
        {
            Invariant.Holds(
                all.MoveNext() && all.Current.Type == naive.Type && all.Current.Value == naive.Value,
                "All attributes are listed in order.");
            if (!naive.Counts) continue;
            Invariant.Holds(
                counted.MoveNext() && counted.Current.Type == naive.Type && counted.Current.Value == naive.Value,
                "Those that count are.");
        }

        Invariant.Holds(!all.MoveNext() && !counted.MoveNext(), "Nothing is listed that is not there.");
    }

    private static void CheckUnknown(in StunMessage message, Span<ushort> destination)
    {
        int count = message.FindUnknownRequired(Understood, destination);
        int expected = 0;
        var naive = new NaiveReader(message.Bytes);
        while (naive.Next() && naive.IsProtected && expected < destination.Length)
        {
            ushort type = (ushort)naive.Type;
            if (type >= 0x8000 || Understood.Understands(naive.Type) || destination[..expected].Contains(type)) continue;
            Invariant.Holds(expected < count && destination[expected] == type, "What is required and unknown is found once, in order.");
            expected++;
        }

        Invariant.Holds(expected == count, "Nothing else is.");
    }
}
