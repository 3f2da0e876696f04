using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <summary>The fragment and password of one agent in one session, ready to be compared and computed with.</summary>
internal sealed class Credentials(IceParameters parameters)
{
    // RFC 8445 section 5.3 wants 24 random bits in the fragment and 128 in the password; base64 of 6 and 18 bytes needs no padding.
    private const int UfragBytes = 6, PasswordBytes = 18;

    public IceParameters Parameters { get; } = parameters;

    public byte[] Ufrag { get; } = Encoding.ASCII.GetBytes(parameters.Ufrag);

    /// <summary>The key of checks to this agent, and of its answers.</summary>
    public IntegrityKey Key { get; } = IntegrityKey.ShortTerm(parameters.Password);

    public static Credentials Create(IceAgentOptions options, RandomSource random) => new(new IceParameters
    {
        Ufrag = RandomText(random, UfragBytes),
        Password = RandomText(random, PasswordBytes),
        IsLite = options.IsLite,
        SupportsRenomination = options.Renomination,
        Pacing = options.Pacing,
    });

    /// <summary>Whether USERNAME begins with this fragment and a colon (RFC 8445 section 7.3); what follows is the fragment of the other.</summary>
    public bool Matches(ReadOnlySpan<byte> username, out ReadOnlySpan<byte> other)
    {
        bool matches = username.Length > Ufrag.Length && username[Ufrag.Length] == (byte)':' && username.StartsWith(Ufrag);
        other = matches ? username[(Ufrag.Length + 1)..] : default;
        return matches;
    }

    private static string RandomText(RandomSource random, int length)
    {
        Span<byte> bytes = stackalloc byte[length];
        random.Fill(bytes);
        return Convert.ToBase64String(bytes);
    }
}
