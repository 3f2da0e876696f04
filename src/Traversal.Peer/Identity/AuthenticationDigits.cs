using System.Buffers.Binary;
using System.Security.Cryptography;
using Traversal.Primitives;

namespace Traversal.Peer.Identity;

/// <summary>
/// Six digits that two people read to each other, over a telephone or across a table, to know that nobody sits between them. One side of it; without sockets,
/// threads or clock, and for one thread.
/// </summary>
/// <remarks>
/// Three messages: the side that begins commits itself to a number, the other shows its own, and the first one opens its commitment. Somebody between the two
/// has to choose before knowing either number, and so has one guess in a million, which the people see fail (the scheme of Vaudenay, "Secure Communications
/// over Insecure Channels Based on Short Authenticated Strings", 2005). The messages need no secrecy. One exchange is good for one comparison.
/// </remarks>
public sealed class AuthenticationDigits
{
    /// <summary>The length of each message in bytes.</summary>
    public const int MessageLength = 32;

    private const int Count = 1_000_000;

    private readonly PeerId _beginner;
    private readonly PeerId _answerer;
    private readonly bool _begins;
    private readonly byte[] _ownNumber = new byte[MessageLength];
    private readonly byte[] _peerCommitment = new byte[MessageLength];
    private int _step;

    private AuthenticationDigits(PeerId beginner, PeerId answerer, bool begins, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (beginner.IsNone || answerer.IsNone || beginner == answerer) throw new ArgumentException("Two peers are compared.", nameof(answerer));

        (_beginner, _answerer, _begins) = (beginner, answerer, begins);
        random.Fill(_ownNumber);
    }

    /// <summary>How far it is.</summary>
    public DigitsState State { get; private set; }

    /// <summary>The six digits, the same on both sides where nobody is between; null until <see cref="State"/> is <see cref="DigitsState.Ready"/>.</summary>
    public string? Digits { get; private set; }

    /// <summary>The side that begins.</summary>
    /// <param name="own">Oneself.</param>
    /// <param name="peer">The other, as the connection between the two says.</param>
    /// <param name="random">Draws the number, which must not be guessed.</param>
    /// <exception cref="ArgumentException">An id is missing, or both are one.</exception>
    public static AuthenticationDigits Begin(PeerId own, PeerId peer, RandomSource random) => new(own, peer, begins: true, random);

    /// <summary>The side that answers.</summary>
    /// <inheritdoc cref="Begin"/>
    public static AuthenticationDigits Answer(PeerId own, PeerId peer, RandomSource random) => new(peer, own, begins: false, random);

    /// <summary>Takes the next message to the other side. To be called until there is none, at the start and after each <see cref="OnMessage"/>.</summary>
    /// <param name="destination">Where its <see cref="MessageLength"/> bytes are written.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryTakeMessage(Span<byte> destination)
    {
        if (destination.Length < MessageLength) throw new ArgumentException($"At least {MessageLength} bytes.", nameof(destination));
        if (State == DigitsState.Failed || IsToRead) return false;

        switch (_step)
        {
            case 0:
                Commit(_ownNumber, destination);
                break;
            case 1 or 2:
                _ownNumber.CopyTo(destination);
                break;
            default:
                return false;
        }

        _step++;
        return true;
    }

    /// <summary>Handles a message of the other side; one that is out of turn or does not fit fails the comparison.</summary>
    public void OnMessage(ReadOnlySpan<byte> message)
    {
        if (State != DigitsState.Running) return;
        if (message.Length != MessageLength || !IsToRead)
        {
            State = DigitsState.Failed;
            return;
        }

        switch (_step++)
        {
            case 0:
                message.CopyTo(_peerCommitment);
                break;
            case 1:
                Finish(_ownNumber, message);
                break;
            default:
                Open(message);
                break;
        }
    }

    // Steps 0 and 2 are messages of the side that begins, step 1 is one of the other.
    private bool IsToRead => _step < 3 && _begins != (_step != 1);

    private void Open(ReadOnlySpan<byte> number)
    {
        Span<byte> commitment = stackalloc byte[MessageLength];
        Commit(number, commitment);
        if (CryptographicOperations.FixedTimeEquals(commitment, _peerCommitment)) Finish(number, _ownNumber);
        else State = DigitsState.Failed;
    }

    private void Commit(ReadOnlySpan<byte> number, Span<byte> commitment) => Hash("traversal digits commitment"u8, number, [], commitment);

    private void Finish(ReadOnlySpan<byte> beginnersNumber, ReadOnlySpan<byte> answerersNumber)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash("traversal digits"u8, beginnersNumber, answerersNumber, hash);
        Digits = (BinaryPrimitives.ReadUInt64BigEndian(hash) % Count).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
        State = DigitsState.Ready;
    }

    // The numbers have one length, so that the parts cannot be shifted against each other.
    private void Hash(ReadOnlySpan<byte> label, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> hash)
    {
        Span<byte> id = stackalloc byte[PeerId.Length];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(label);
        _beginner.WriteTo(id);
        sha.AppendData(id);
        _answerer.WriteTo(id);
        sha.AppendData(id);
        sha.AppendData(first);
        sha.AppendData(second);
        sha.GetHashAndReset(hash);
    }
}
